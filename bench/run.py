"""make bench: Millrace against the limits of this machine and beside its last stored figures, in under two minutes; ratios say more than figures,
because machines are noisy.

    start       exec until the ready line; resident memory after it
    latency     one at a time: PutRecord → ReceiveMessage through a function, PutRecord → subscriber, SendMessage → waiting ReceiveMessage
    kinesis     PutRecord beside nginx, PutRecords beside the disk, GetRecords from the oldest record on
    sqs         SendMessage beside nginx, and ReceiveMessage + DeleteMessageBatch in tens
    lambda      warm calls of a function that does nothing, and first calls
    pipeline    1,000 records a second, each due at its time, through a function; a mapping that catches up, in batches of 6 MB
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("bench", "tests", "scripts")]

import figures  # noqa: E402
import limits  # noqa: E402
import measures  # noqa: E402
from support.server import BINARY, Server  # noqa: E402
from world import World  # noqa: E402

RECORD_BYTES = 1024
SYNCS_PER_SECOND = 3000  # as the pipeline makes at 1,000 records a second: a record, its message, that message's end


def start(options, folder, table, rounds=10):
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
    table.row("start to ready, empty directory", statistics.median(took), "ms", goal="under 20 ms")
    table.row("resident memory, idle", memory, "MiB", goal="under 12 MiB")


def latency(options, folder, table):
    for kind, name in (("native", "C++"), ("python", "Python")):
        with Server(folder / f"latency-{kind}") as server:
            lone = measures.pipeline(World(server.port), kind, options.seconds, rate=0)
        sync = 1000 / limits.synced_writes(folder, RECORD_BYTES, 1)
        median = lone["median_us"] / 1000
        table.row(f"put → receive, {name}: median", median, "ms", f"one synced write ({sync:.2f} ms)", median / sync,
                  "under 1 ms" if kind == "native" else "")
        table.row(f"put → receive, {name}: p99", lone["p99_us"] / 1000, "ms")
    with Server(folder / "latency") as server:
        world = World(server.port)
        table.row("put → subscriber: median", measures.subscribe(world)["median_us"] / 1000, "ms")
        table.row("send → waiting receive: median", measures.send_to_waiting(world, options.seconds)["median_us"] / 1000, "ms")


def kinesis(options, folder, table):
    with limits.nginx(folder) as port:
        limit = measures.load(World(port), "put_record", {"stream": "bench"}, options.seconds)["per_second"]
    with Server(folder / "kinesis") as server:
        world = World(server.port)
        rate = measures.put_record(world, options.seconds)["per_second"]
        table.row("PutRecord 1 KiB x 64 connections", rate, "records/s", f"nginx answering 200 ({limit:,.0f}/s)", rate / limit, "0.5")
        rate = measures.put_records(world, options.seconds)["per_second"]
        written = 500 * limits.synced_writes(folder, 500 * RECORD_BYTES, options.seconds)
        table.row("PutRecords 500 x 1 KiB", rate, "records/s", f"write + fdatasync ({written:,.0f}/s)", rate / written, "0.6, or 300,000/s")
        table.row("GetRecords, catching up", measures.get_records(world, options.seconds)["megabytes_per_second"], "MB/s")


def sqs(options, folder, table):
    with Server(folder / "sqs") as server:
        world = World(server.port)
        with limits.nginx(folder) as port:
            limit = measures.load(World(port), "send_message", world.queue("bench-send-message"), options.seconds)["per_second"]
        rate = measures.send(world, options.seconds)["per_second"]
        table.row("SendMessage 1 KiB x 64 connections", rate, "messages/s", f"nginx answering 200 ({limit:,.0f}/s)", rate / limit, "0.5")
        table.row("receive + delete in tens", measures.receive_delete(world, options.seconds)["per_second"], "messages/s")


def functions(options, folder, table):
    with Server(folder / "lambda") as server:
        world = World(server.port)
        for kind, name, goal in (("native", "C++", 150), ("python", "Python", 400)):
            warm = measures.invoke(world, kind, options.seconds)
            table.row(f"warm no-op, {name}: median", warm["median_us"], "µs", goal=f"under {goal} µs")
        for kind, name, goal in (("native", "C++", "under 10 ms"), ("python", "Python", "")):
            table.row(f"cold start, {name}: median", measures.cold_start(world, kind)["median_us"] / 1000, "ms", goal=goal)


def pipeline(options, folder, table):
    for kind, name in (("native", "C++"), ("python", "Python")):
        with Server(folder / f"pipeline-{kind}") as server:
            took = measures.pipeline(World(server.port), kind, options.seconds)
        table.row(f"1,000/s put → receive, {name}: median", took["median_us"] / 1000, "ms")
        disk = limits.paced_syncs(folder, RECORD_BYTES, SYNCS_PER_SECOND, options.seconds)
        table.row(f"1,000/s put → receive, {name}: p99", took["p99_us"] / 1000, "ms",
                  f"{SYNCS_PER_SECOND:,} synced writes/s, p99 ({disk:.1f} ms)", took["p99_us"] / 1000 / disk, "under 5 ms")
    with Server(folder / "feed") as server:
        table.row("mapping catching up, 6 MB batches", measures.feed(World(server.port), 1)["megabytes_per_second"], "MB/s")


PARTS = {"start": start, "latency": latency, "kinesis": kinesis, "sqs": sqs, "lambda": functions, "pipeline": pipeline}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    arguments.add_argument("--seconds", type=int, default=3, help="of each load (default 3)")
    arguments.add_argument("--json", action="store_true", help="figures for programs")
    arguments.add_argument("--store", action="store_true", help="keeps these figures as the last ones, in bench/figures.json")
    options = arguments.parse_args()
    table = figures.Table(quiet=options.json)
    with tempfile.TemporaryDirectory(prefix="millrace-bench-", dir=ROOT / "build") as name:
        for part, run in PARTS.items():
            if not options.only or part in options.only:
                run(options, pathlib.Path(name), table)
    if options.json:
        print(json.dumps(table.rows, indent=2))
    if options.store:
        table.store()


if __name__ == "__main__":
    main()
