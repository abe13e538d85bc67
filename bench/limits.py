"""What this machine can do at best: nginx answering 200 to the same requests, writing and syncing the same bytes."""

import contextlib
import os
import subprocess
import time

from support.server import free_port


@contextlib.contextmanager
def nginx(folder, http2=False):
    """A port on which one nginx worker answers 200 to everything."""
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(f"""
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
    scgi_temp_path {folder}; client_max_body_size 20m; keepalive_requests 100000000;
    server {{ listen 127.0.0.1:{port}{" http2" if http2 else ""}; location / {{ return 200; }} }} }}
""")
    process = subprocess.Popen(["nginx", "-c", configuration], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def synced_writes(folder, size, seconds):
    """Writes of `size` bytes, each followed by fdatasync, per second: what this disk can promise one caller."""
    content = os.urandom(size)
    count = 0
    with (folder / "baseline").open("wb", buffering=0) as file:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            file.write(content)
            os.fdatasync(file.fileno())
            count += 1
    (folder / "baseline").unlink()
    return count / seconds


def paced_syncs(folder, size, rate, seconds):
    """99th percentile in milliseconds of a write with fdatasync, each due at its time: disks of virtual machines take only so many operations at a
    time, and let the rest wait."""
    content, took = os.urandom(size), []
    with (folder / "baseline").open("wb", buffering=0) as file:
        began = time.perf_counter()
        for number in range(rate * seconds):
            due = began + number / rate
            time.sleep(max(0, due - time.perf_counter()))
            file.write(content)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - due)
    (folder / "baseline").unlink()
    return 1000 * sorted(took)[int(len(took) * 0.99)]
