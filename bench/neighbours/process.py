"""A neighbour as a process: started, watched, killed, stopped."""

import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from aws_json import TARGETS, signature
from catalogue import MILLRACE
from install import Unavailable
from support.server import free_port

TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 15
SETTLE_SECONDS = 1


def _descendants(root):
    """The process and all below it."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry)] = int(fields[1])
    found = {root}
    while more := {child for child, parent in parents.items() if parent in found and child not in found}:
        found |= more
    return found


class Process:
    """Start time in `start_ms`. Everything runs in a process group of its own, which dies with stop()."""

    def __init__(self, neighbour, folder):
        self.neighbour = neighbour
        self.folder = folder
        self.data = folder / "data"
        self.port, self.port2 = free_port(), free_port()
        self.start_ms = None
        self.process = None
        self.peak_mib = 0

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def _fill(self, text):
        for name, value in {"home": self.neighbour.home, "port": self.port, "port2": self.port2, "data": self.data,
                            "millrace": MILLRACE}.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def _environment(self):
        return {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
                **{key: self._fill(value) for key, value in self.neighbour.environment.items()}}

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.data.mkdir(parents=True)
        for name, content in self.neighbour.files.items():
            (self.data / name).write_text(self._fill(content))
        for command in self.neighbour.before:
            done = subprocess.run([self._fill(part) for part in command], capture_output=True, text=True, env=self._environment())
            if done.returncode != 0:
                raise Unavailable(f"cannot be prepared: {(done.stderr or done.stdout)[-200:]}")
        return self.start()

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        """Until it answers. Raises Unavailable."""
        began = time.monotonic()
        command = [self._fill(part) for part in self.neighbour.start]
        try:
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.data,
                                                env=self._environment(), start_new_session=True)
        except OSError as error:
            raise Unavailable(f"cannot be started: {error.strerror}: {pathlib.Path(command[0]).name}") from None
        while not self._answers():
            if self.process.poll() is not None:
                raise Unavailable(f"ends at once: {self._last_words()}")
            if time.monotonic() - began > self.neighbour.ready_seconds:
                self.stop()
                raise Unavailable(f"does not answer within {self.neighbour.ready_seconds} s: {self._last_words()}")
            time.sleep(0.002)
        self.start_ms = 1000 * (time.monotonic() - began)
        return self

    def _last_words(self):
        lines = [line.strip() for line in (self.folder / "log").read_text(errors="replace").splitlines() if line.strip()]
        return " / ".join(lines[-2:])[-200:]

    def _answers(self):
        service, _, operation = self.neighbour.ready.partition(".")
        try:
            if service == "tcp":
                socket.create_connection(("127.0.0.1", self.port), 0.5).close()
                return True
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            if service == "query":
                connection.request("POST", "/", f"Action={operation}", {"Content-Type": "application/x-www-form-urlencoded"})
            else:
                prefix, version = TARGETS[service]
                connection.request("POST", "/", "{}", {"Content-Type": f"application/x-amz-json-{version}",
                                                       "X-Amz-Target": f"{prefix}.{operation}", **signature(service)})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def usage(self):
        """CPU seconds so far, of it and all that it started; notes the peak of memory on the way."""
        seconds = 0
        for pid in _descendants(self.process.pid):
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            seconds += sum(int(value) for value in fields[11:13]) / TICKS
        self.peak_mib = max(self.peak_mib, self._memory_mib("VmHWM:"))
        return seconds

    def idle_mib(self):
        """Resident once it has come to rest after its start."""
        time.sleep(SETTLE_SECONDS)
        return self._memory_mib("VmRSS:")

    def _memory_mib(self, field):
        """Of it and all that it started."""
        kib = 0
        for pid in _descendants(self.process.pid):
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            kib += next((int(line.split()[1]) for line in status.splitlines() if line.startswith(field)), 0)
        return kib / 1024

    def kill(self):
        """SIGKILL for it and all that it started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
