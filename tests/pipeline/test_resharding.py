"""A stream that is split and merged while a function reads it: each key's records arrive in order, also when the program is killed in
between."""

import json
import random
import time

import pytest

from support.server import eventually

KEYS = [f"key{n}" for n in range(12)]

# Into a file: what is printed, and not yet on the server's stdout, goes with the server.
FUNCTION = """
import base64, json
def handler(event, context):
    with open(SEEN, "a") as seen:
        for record in event["Records"]:
            kinesis = record["kinesis"]
            seen.write(json.dumps([kinesis["partitionKey"], int(base64.b64decode(kinesis["data"]))]) + "\\n")
"""


class Pipeline:
    def __init__(self, server, client_of, directory):
        self.server, self.client_of = server, client_of
        self.seen_by_function = directory.parent / "seen.jsonl"
        self.seen_by_function.touch()
        (directory / "index.py").write_text(FUNCTION.replace("SEEN", repr(str(self.seen_by_function))))
        self.kinesis = client_of(server, "kinesis")
        functions = client_of(server, "lambda")
        self.kinesis.create_stream(StreamName="s", ShardCount=2)
        functions.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler",
                                  Role="arn:aws:iam::000000000000:role/any", Code={"S3Bucket": "__local__", "S3Key": str(directory)})
        self.put_count = dict.fromkeys(KEYS, 0)
        self.put(20)
        functions.create_event_source_mapping(FunctionName="f", StartingPosition="TRIM_HORIZON", BatchSize=7,
                                              EventSourceArn="arn:aws:kinesis:us-east-1:000000000000:stream/s")

    def put(self, count):
        for key in random.choices(KEYS, k=count):
            self.kinesis.put_record(StreamName="s", PartitionKey=key, Data=str(self.put_count[key]).encode())
            self.put_count[key] += 1

    def open_shards(self):
        shards = self.kinesis.list_shards(StreamName="s", ShardFilter={"Type": "AT_LATEST"})["Shards"]
        return sorted(shards, key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))

    def split(self):
        shard = random.choice(self.open_shards())
        keys = shard["HashKeyRange"]
        middle = (int(keys["StartingHashKey"]) + int(keys["EndingHashKey"])) // 2
        self.kinesis.split_shard(StreamName="s", ShardToSplit=shard["ShardId"], NewStartingHashKey=str(middle))

    def merge(self):
        shards = self.open_shards()
        lower = random.randrange(len(shards) - 1)
        self.kinesis.merge_shards(StreamName="s", ShardToMerge=shards[lower]["ShardId"],
                                  AdjacentShardToMerge=shards[lower + 1]["ShardId"])

    def restart(self):
        self.server.kill()
        self.server.start()
        self.kinesis = self.client_of(self.server, "kinesis")

    def seen(self):
        """(key, number) as the function wrote them down, in the order of its invocations."""
        whole = self.seen_by_function.read_text().rpartition("\n")[0].splitlines()
        return [tuple(json.loads(line)) for line in whole]

    def wait_for_all(self):
        wanted = {(key, number) for key, count in self.put_count.items() for number in range(count)}
        eventually(lambda: wanted <= set(self.seen()), seconds=30)

    def numbers_of(self, key):
        return [number for seen_key, number in self.seen() if seen_key == key]


@pytest.fixture
def pipeline(server, client_of, tmp_path):
    random.seed(7)
    (tmp_path / "code").mkdir()
    return Pipeline(server, client_of, tmp_path / "code")


def test_a_function_reads_along_the_lineage(pipeline):
    for change in (pipeline.split, pipeline.split, pipeline.merge, pipeline.split, pipeline.merge, pipeline.merge):
        pipeline.put(15)
        change()
        pipeline.put(15)
    pipeline.wait_for_all()
    for key in KEYS:
        assert pipeline.numbers_of(key) == list(range(pipeline.put_count[key])), key


def test_checkpoints_of_shards_outlive_a_crash_in_between(pipeline):
    for change in (pipeline.split, pipeline.merge, pipeline.split):
        pipeline.put(15)
        change()
        pipeline.put(15)
        pipeline.restart()
        pipeline.put(15)
    pipeline.wait_for_all()
    for key in KEYS:
        # At least once: a batch may come again as a whole, but no record overtakes one before it.
        highest = -1
        for number in pipeline.numbers_of(key):
            assert number <= highest + 1, f"{key}: {number} after {highest}"
            highest = max(highest, number)
    before = len(pipeline.seen())
    time.sleep(1)  # what the function has seen is checkpointed a moment later
    pipeline.restart()
    pipeline.put(3)
    pipeline.wait_for_all()
    assert len(pipeline.seen()) <= before + 3 + 7, "finished shards are not read again"
