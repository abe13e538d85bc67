"""The program under test as a child process."""

import itertools
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("MILLRACE_BINARY", ROOT / "build" / "millrace"))
READY_SECONDS_MAX = 20


PORTS_PER_WORKER = 1000
# Each process that runs tests has ports of its own, below those that the kernel gives away.
_ports = itertools.cycle(range(PORTS_PER_WORKER))


def free_port():
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = 20_000 + PORTS_PER_WORKER * (worker % 10) + next(_ports)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server:
    """`millrace serve` on a free port. Lines of its stdout are kept, parsed, in `lines`."""

    def __init__(self, data_dir, *arguments, port=None, path=None):
        """`path`: the PATH on which the server finds the functions' interpreters."""
        self.environment = {**os.environ, **({"PATH": path} if path else {})}
        self.data_dir = pathlib.Path(data_dir)
        self.arguments = arguments
        self.port = free_port() if port is None else port
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.lines = []
        self.process = None
        self.is_ready = False

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        command = [BINARY, "serve", "--port", str(self.port), "--data-dir", str(self.data_dir), *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)
        self.ready = threading.Event()  # or it never will be: its stdout has ended
        self.is_ready = False
        self.readers = [threading.Thread(target=self._read_stdout, args=(self.process,), daemon=True)]
        self.errors = []
        self.readers.append(threading.Thread(target=self._read_stderr, args=(self.process,), daemon=True))
        for reader in self.readers:
            reader.start()
        self.ready.wait(READY_SECONDS_MAX)
        if not self.is_ready:
            self.kill()
            raise RuntimeError(f"not ready: {''.join(self.errors)} {self.lines[-5:]}")
        return self

    def _read_stdout(self, process):
        for line in process.stdout:
            try:
                parsed = json.loads(line)
            except ValueError:
                parsed = {"unparsed": line}
            self.lines.append(parsed)
            if parsed.get("message") == "ready":
                self.is_ready = True
                self.ready.set()
        self.ready.set()

    def _read_stderr(self, process):
        for line in process.stderr:
            self.errors.append(line)

    def kill(self):
        """SIGKILL: no chance to tidy up."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        if self.process:
            self.process.wait()
            for reader in self.readers:
                reader.join(timeout=5)

    def stop(self):
        """SIGTERM; returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        for reader in self.readers:
            reader.join(timeout=5)
        return self.process.returncode

    def function_lines(self, function):
        """What a function printed, as it stands in stdout."""
        return [line["message"] for line in list(self.lines) if line.get("function") == function]

    def wait_for_line(self, matches, seconds=10):
        """The first line of stdout for which matches(line) holds."""
        return eventually(lambda: next((line for line in list(self.lines) if matches(line)), None), seconds)


def eventually(probe, seconds=10, interval=0.02):
    """The first true value of probe(); fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s")
        time.sleep(interval)
