"""A backup of a busy server: bytes per second, and what a PutRecord takes meanwhile.

    build/clients/python/bin/python bench/backup.py [--gigabytes 2] [--json]

Beside the rate stands a plain copy of as many bytes on the same disk, written and synced in pieces as the backup does it; beside the
latency stands the same without a backup.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts"), str(ROOT / "bench")]

from aws_json import Api, blob  # noqa: E402
from run import percentile  # noqa: E402
from support.server import BINARY, Server  # noqa: E402

PIECE_BYTES = 1 << 20
BYTES_PER_SYNC = 8 << 20


def fill(server, size):
    """Records that do not compress, so that archive files are as large as segments."""
    Api(server.port).kinesis("CreateStream", StreamName="bench", ShardCount=1)

    def put(rounds):
        api = Api(server.port)
        records = [{"Data": blob(os.urandom(500_000)), "PartitionKey": "k"} for _ in range(8)]
        for _ in range(rounds):
            answer = api.kinesis("PutRecords", StreamName="bench", Records=records)
            assert not answer.get("FailedRecordCount", 0)

    writers = [threading.Thread(target=put, args=(size // (2 * 8 * 500_000),)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def put_until(server, finished):
    """Milliseconds of single PutRecords until finished() holds."""
    api, took = Api(server.port), []
    data = blob("x" * 1024)
    while not finished():
        began = time.perf_counter()
        api.kinesis("PutRecord", StreamName="bench", PartitionKey="k", Data=data)
        took.append(1000 * (time.perf_counter() - began))
        time.sleep(0.001)
    return took


def plain_copy(folder, size):
    """Bytes per second of writing and syncing in the same pieces."""
    content = os.urandom(PIECE_BYTES)
    path = folder / "plain"
    began = time.monotonic()
    with path.open("wb", buffering=0) as file:
        for at in range(0, size, PIECE_BYTES):
            file.write(content)
            if (at + PIECE_BYTES) % BYTES_PER_SYNC == 0:
                os.fdatasync(file.fileno())
        os.fdatasync(file.fileno())
    path.unlink()
    return size / (time.monotonic() - began)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--gigabytes", type=float, default=2)
    arguments.add_argument("--json", action="store_true", help="figures for programs")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="millrace-bench-", dir=ROOT / "build") as name:
        folder = pathlib.Path(name)
        with Server(folder / "data") as server:
            fill(server, int(options.gigabytes * 1e9))
            time.sleep(5)  # until the archiver is through
            end = time.monotonic() + 10
            alone = put_until(server, lambda: time.monotonic() > end)
            backup = subprocess.Popen([BINARY, "backup", folder / "copy", "--json", "--endpoint-url", server.endpoint],
                                      stdout=subprocess.PIPE, text=True)
            meanwhile = put_until(server, lambda: backup.poll() is not None)
            told = json.loads(backup.communicate()[0])
        baseline = plain_copy(folder, told["Bytes"])
    rate = told["Bytes"] / told["Seconds"]
    figures = {"bytes": told["Bytes"], "seconds": round(told["Seconds"], 2), "MB/s": round(rate / 1e6, 1),
               "plain MB/s": round(baseline / 1e6, 1), "ratio": round(rate / baseline, 2),
               "puts": len(meanwhile),
               **{f"put ms, {when}, {what}": round(value, 2) for when, took in (("alone", alone), ("backup", meanwhile))
                  for what, value in (("median", statistics.median(took)), ("p99", percentile(took, 0.99)), ("max", max(took)))}}
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for figure, value in figures.items():
            print(f"{figure:<28}{value:>16,}")


if __name__ == "__main__":
    main()
