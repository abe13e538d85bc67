"""Fan-out: what it takes until a record reaches its subscribers, and what they cost the server, beside readers that call GetRecords.

    push        one record at a time: PutRecord sent until the subscriber has the event with it, beside PutRecord alone
    20 pushed   the server's CPU time a record that is put, with 20 subscribers who are sent it
    20 read     the same with 20 readers who call GetRecords for it, one call a record each
"""

import argparse
import json
import os
import pathlib
import socket
import statistics
import struct
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

from aws_json import Api, blob, signature  # noqa: E402
from support.server import Server  # noqa: E402

SHARD = "shardId-000000000000"


class Subscriber:
    """A raw connection: an SDK would cost more than what is measured."""

    def __init__(self, port, consumer):
        body = json.dumps({"ConsumerARN": consumer, "ShardId": SHARD, "StartingPosition": {"Type": "LATEST"}})
        signed = "".join(f"{name}: {value}\r\n" for name, value in signature("kinesis").items())
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall((
            f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n{signed}"
            f"X-Amz-Target: Kinesis_20131202.SubscribeToShard\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())
        self.file = self.socket.makefile("rb")
        assert b" 200 " in self.file.readline()
        while self.file.readline() != b"\r\n":
            pass
        self.chunks = b""
        assert b"initial-response" in self.event()

    def event(self):
        """The next message, whole."""
        while len(self.chunks) < 4 or len(self.chunks) < struct.unpack(">I", self.chunks[:4])[0]:
            self.chunks += self.file.read(int(self.file.readline(), 16))
            self.file.readline()
        size = struct.unpack(">I", self.chunks[:4])[0]
        message, self.chunks = self.chunks[:size], self.chunks[size:]
        return message

    def record(self):
        """The next message with a record."""
        while b'"Data"' not in (message := self.event()):
            pass
        return message


def cpu_seconds(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def subscribers(server, api, count, stream="bench"):
    arn = api.kinesis("DescribeStreamSummary", StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    made = []
    for number in range(count):
        consumer = api.kinesis("RegisterStreamConsumer", StreamARN=arn, ConsumerName=f"c{number}")["Consumer"]["ConsumerARN"]
        made.append(Subscriber(server.port, consumer))
    return made


def push_latency(server, rounds, stream="bench"):
    """Sorted milliseconds until the subscriber has the event, and the median of PutRecord alone. The stream has one shard."""
    api = Api(server.port)
    (subscriber,) = subscribers(server, api, 1, stream)
    pushed, answered = [], []
    for _ in range(rounds + 20):
        began = time.perf_counter()
        api.kinesis("PutRecord", StreamName=stream, PartitionKey="k", Data=blob("x" * 1024))
        answered.append(1000 * (time.perf_counter() - began))
        subscriber.record()
        pushed.append(1000 * (time.perf_counter() - began))
    return sorted(pushed[20:]), statistics.median(answered[20:])


def cost_pushed(server, rounds, count):
    api = Api(server.port)
    all_subscribers = subscribers(server, api, count)
    before = cpu_seconds(server)
    for _ in range(rounds):
        api.kinesis("PutRecord", StreamName="bench", PartitionKey="k", Data=blob("x" * 1024))
        for subscriber in all_subscribers:
            subscriber.record()
    return 1e6 * (cpu_seconds(server) - before) / rounds


def cost_read(server, rounds, count):
    api = Api(server.port)
    readers = [Api(server.port) for _ in range(count)]
    iterators = [reader.kinesis("GetShardIterator", StreamName="bench", ShardId=SHARD, ShardIteratorType="LATEST")["ShardIterator"]
                 for reader in readers]
    before = cpu_seconds(server)
    for _ in range(rounds):
        api.kinesis("PutRecord", StreamName="bench", PartitionKey="k", Data=blob("x" * 1024))
        for number, reader in enumerate(readers):
            answer = reader.kinesis("GetRecords", ShardIterator=iterators[number])
            assert len(answer["Records"]) == 1
            iterators[number] = answer["NextShardIterator"]
    return 1e6 * (cpu_seconds(server) - before) / rounds


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=1000, help="records of each figure (default 1000)")
    arguments.add_argument("--json", action="store_true", help="figures for programs")
    options = arguments.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="millrace-bench-", dir=ROOT / "build") as folder:
        for name, measure in (("push", push_latency), ("20 pushed", cost_pushed), ("20 read", cost_read)):
            with Server(pathlib.Path(folder) / name.replace(" ", "-")) as server:
                Api(server.port).kinesis("CreateStream", StreamName="bench", ShardCount=1)
                figures[name] = measure(server, options.rounds) if name == "push" else measure(server, options.rounds, 20)
    took, answered = figures["push"]
    rows = {"put_median_ms": answered, "push_median_ms": statistics.median(took), "push_p99_ms": took[int(len(took) * 0.99)],
            "pushed_cpu_us": figures["20 pushed"], "read_cpu_us": figures["20 read"]}
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"PutRecord → event, median / p99      {rows['push_median_ms']:.2f} / {rows['push_p99_ms']:.2f} ms     PutRecord alone {answered:.2f} ms; goal: under 1 ms")
    print(f"CPU a record, 20 subscribers         {rows['pushed_cpu_us']:.0f} µs")
    print(f"CPU a record, 20 calls of GetRecords {rows['read_cpu_us']:.0f} µs     {rows['read_cpu_us'] / rows['pushed_cpu_us']:.1f} times as much")


if __name__ == "__main__":
    main()
