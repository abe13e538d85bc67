"""make bench: Millrace against the limits of the machine, in one run; ratios say more than figures, because machines are noisy.

    put → receive   one record at a time: PutRecord until ReceiveMessage returns its message, through a function
    PutRecord       1 KiB each, 64 connections (wrk), against nginx answering 200 to the same requests
    PutRecords      500 x 1 KiB each, 4 connections (wrk), against writing and syncing the same bytes to a file
    start, idle     exec until the ready line; resident memory after it
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

from aws_json import Api, blob  # noqa: E402
from support.server import BINARY, Server, free_port  # noqa: E402

EXAMPLE = ROOT / "examples" / "kinesis-to-sqs"
RECORD_BYTES = 1024


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def wrk(port, script, connections, seconds, path="/"):
    """Requests per second and errors, as wrk counts them."""
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", ROOT / "bench" / script, f"http://127.0.0.1:{port}{path}"],
                         check=True, capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", out).group(1))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if bad:
        raise RuntimeError(f"{script}: {bad.group(1)} requests were refused")
    return rate


@contextlib.contextmanager
def nginx(folder):
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(f"""
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
    scgi_temp_path {folder}; client_max_body_size 20m; keepalive_requests 100000000;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200; }} }} }}
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


def template_with(function, folder):
    python = ROOT / "build" / "clients" / "python" / "bin" / "python"
    printed = subprocess.run([python, EXAMPLE / "template.py", "--function", function], check=True, capture_output=True, text=True).stdout
    path = EXAMPLE / f".bench-{function}-{folder.name}.json"
    path.write_text(printed)
    return path


def put_to_receive(folder, function, rounds):
    """Milliseconds of single records through the pipeline, after a warm-up."""
    template = template_with(function, folder)
    try:
        with Server(folder / f"data-{function}") as server:
            subprocess.run([BINARY, "deploy", template, "--stack-name", "bench", "--endpoint-url", server.endpoint], check=True,
                           capture_output=True)
            api, consumer = Api(server.port), Api(server.port)
            url = api.sqs("GetQueueUrl", QueueName="bench-dev-messages")["QueueUrl"]
            took = []
            for number in range(rounds + 20):
                data = blob(json.dumps({"id": number, "pad": "x" * 200}))
                began = time.perf_counter()
                api.kinesis("PutRecord", StreamName="bench-dev-events", PartitionKey="k", Data=data)
                message = consumer.sqs("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
                took.append(1000 * (time.perf_counter() - began))
                assert json.loads(message["Body"])[0]["id"] == number
                consumer.sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return took[20:]
    finally:
        template.unlink()


def start_and_idle(folder, rounds=10):
    took = []
    for number in range(rounds):
        server = Server(folder / f"start-{number}")
        began = time.perf_counter()
        process = subprocess.Popen([BINARY, "serve", "--port", str(server.port), "--data-dir", str(server.data_dir)],
                                   stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        took.append(1000 * (time.perf_counter() - began))
        time.sleep(0.3)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        memory = int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024
        process.terminate()
        process.wait()
    return statistics.median(took), memory


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=5, help="of each throughput figure (default 5)")
    arguments.add_argument("--rounds", type=int, default=300, help="records of each latency figure (default 300)")
    arguments.add_argument("--json", action="store_true", help="figures for programs")
    options = arguments.parse_args()
    rows = []

    def row(name, value, unit, baseline="", ratio=None, goal=""):
        rows.append({"name": name, "value": round(value, 2), "unit": unit, "baseline": baseline,
                     "ratio": None if ratio is None else round(ratio, 3), "goal": goal})
        if not options.json:
            shown = "" if ratio is None else f"{ratio:6.2f} of {baseline}"
            print(f"{name:<34}{value:>12,.1f} {unit:<10}{shown:<44}{goal}", flush=True)

    with tempfile.TemporaryDirectory(prefix="millrace-bench-", dir=ROOT / "build") as name:
        folder = pathlib.Path(name)
        ready, memory = start_and_idle(folder)
        row("start to ready, empty directory", ready, "ms", goal="goal: under 50 ms")
        row("resident memory, idle", memory, "MiB", goal="goal: under 25 MiB")

        for function, goal in (("cpp", 3), ("python", 8)):
            took = put_to_receive(folder, function, options.rounds)
            sync = 1000 / synced_writes(folder, RECORD_BYTES, 1)
            median = statistics.median(took)
            row(f"put → receive, {function}: median", median, "ms", f"one synced write ({sync:.2f} ms)", median / sync,
                f"goal: under {goal} ms")
            row(f"put → receive, {function}: p99", percentile(took, 0.99), "ms")

        with nginx(folder) as port:
            limit = wrk(port, "put_record.lua", 64, options.seconds)
        with Server(folder / "data-put") as server:
            Api(server.port).kinesis("CreateStream", StreamName="bench", ShardCount=4)
            rate = wrk(server.port, "put_record.lua", 64, options.seconds)
            row("PutRecord 1 KiB x 64 connections", rate, "records/s", f"nginx answering 200 ({limit:,.0f}/s)", rate / limit)
            rate = wrk(server.port, "put_records.lua", 4, options.seconds)
        written = synced_writes(folder, 500 * RECORD_BYTES, options.seconds)
        row("PutRecords 500 x 1 KiB", 500 * rate, "records/s", f"write + fdatasync ({500 * written:,.0f}/s)", rate / written)

    if options.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
