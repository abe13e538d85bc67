"""millrace replay: the records of a stream through a function, again."""

import json
import signal
import subprocess
import time

import pytest

from support.cli import environment, millrace
from support.server import BINARY, eventually

ROLE = "arn:aws:iam::000000000000:role/any"

# Notes what it is given, one line an event; fails where the file "poison" says so.
FUNCTION = """
import base64, json, os, pathlib, time

HERE = pathlib.Path(os.environ["NOTES"])

def handler(event, context):
    poison = (HERE / "poison").read_text() if (HERE / "poison").exists() else None
    bodies = [base64.b64decode(record["kinesis"]["data"]).decode() for record in event["Records"]]
    time.sleep(float(os.environ.get("SECONDS", 0)))
    if poison in bodies and not os.environ.get("PARTIAL"):
        raise ValueError("poisoned by " + poison)
    taken = bodies[:bodies.index(poison)] if poison in bodies else bodies
    with open(HERE / "notes", "a") as notes:
        notes.write(json.dumps([event["Records"][0]["eventID"].split(":")[0], taken]) + "\\n")
    failed = event["Records"][len(taken):][:1]
    return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]} for record in failed]}
"""


class World:
    """A stream with records "<key>-<number>", and a function that notes them."""

    def __init__(self, client, endpoint, name, folder):
        self.kinesis, self.functions = client("kinesis"), client("lambda")
        self.endpoint, self.name, self.folder = endpoint, name, folder
        (folder / "code").mkdir()
        (folder / "code" / "index.py").write_text(FUNCTION)
        self.sent = []

    def function(self, **variables):
        self.functions.create_function(FunctionName=self.name, Runtime="python3.12", Handler="index.handler", Role=ROLE, Timeout=30,
                                       Code={"S3Bucket": "__local__", "S3Key": str(self.folder / "code")},
                                       Environment={"Variables": {"NOTES": str(self.folder), **variables}})

    def put(self, keys, numbers):
        for number in numbers:
            batch = [f"{key}-{number}" for key in keys]
            self.kinesis.put_records(StreamName=self.name, Records=[{"Data": body, "PartitionKey": body.split("-")[0]} for body in batch])
            self.sent += batch

    def poison(self, body):
        (self.folder / "poison").write_text(body)

    def heal(self):
        (self.folder / "poison").unlink()

    def replay(self, *arguments, status=0):
        done = millrace("replay", self.name, self.name, *arguments, endpoint=self.endpoint, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def events(self):
        notes = self.folder / "notes"
        return [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []

    def taken(self):
        return [body for _, bodies in self.events() for body in bodies]

    def assert_each_once_in_the_order_of_its_key(self):
        taken = self.taken()
        assert sorted(taken) == sorted(self.sent)
        for key in {body.split("-")[0] for body in taken}:
            numbers = [int(body.split("-")[1]) for body in taken if body.startswith(f"{key}-")]
            assert numbers == sorted(numbers), key


@pytest.fixture
def world(client, endpoint, unique, tmp_path):
    return World(client, endpoint, unique, tmp_path)


def test_every_record_comes_once_and_in_order_through_a_split(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=2)
    world.function()
    keys = [f"key{n}" for n in range(8)]
    world.put(keys, range(40))
    world.kinesis.split_shard(StreamName=world.name, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**126))
    world.put(keys, range(40, 60))
    done = world.replay("--batch-size", "25", "--json")
    world.assert_each_once_in_the_order_of_its_key()
    said = json.loads(done.stdout)
    assert said["Records"] == len(world.sent) and said["Shards"] == 4 and said["FailedBatches"] == []
    assert max(len(bodies) for _, bodies in world.events()) == 25
    shards = [shard for shard, _ in world.events()]
    assert max(i for i, shard in enumerate(shards) if shard.endswith("0")) < min(i for i, shard in enumerate(shards) if shard[-1] in "23")


def test_it_leaves_alone_what_comes_later_and_what_is_older(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=1)
    world.function()
    world.put(["a"], range(3))
    time.sleep(2.1)
    world.sent.clear()
    world.put(["a"], range(3, 6))
    world.replay("--since", "2s")
    world.assert_each_once_in_the_order_of_its_key()


def test_it_ends_at_a_batch_that_fails_and_goes_on_from_its_checkpoint(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=1)
    world.function()
    world.put(["a"], range(30))
    world.poison("a-17")
    checkpoint = world.folder / "replay.json"
    done = world.replay("--batch-size", "10", "--attempts", "2", "--checkpoint", checkpoint, status=1)
    assert world.taken() == [f"a-{n}" for n in range(10)]
    assert "failed: 10 records of shardId-000000000000" in done.stdout and "poisoned by a-17" in done.stdout
    assert f"millrace invoke {world.name} --event-from {world.name}/shardId-000000000000/" in done.stdout
    assert done.stderr == "millrace: ended at a batch that failed; the same command goes on from there\n"
    world.heal()
    world.replay("--batch-size", "10", "--checkpoint", checkpoint)
    world.assert_each_once_in_the_order_of_its_key()


def test_skipped_batches_are_told(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=1)
    world.function()
    world.put(["a"], range(30))
    world.poison("a-17")
    arguments = ("--batch-size", "10", "--skip-failed", "--checkpoint", world.folder / "replay.json")
    done = world.replay(*arguments, "--attempts", "1", "--json", status=1)
    assert world.taken() == [f"a-{n}" for n in [*range(10), *range(20, 30)]]
    (failed,) = json.loads(done.stdout)["FailedBatches"]
    assert failed["Records"] == 10 and failed["ShardId"] == "shardId-000000000000"
    world.heal()
    assert "0 records of 1 shards" in world.replay(*arguments).stdout, "what was skipped is behind the checkpoint"


def test_a_partial_batch_response_is_taken_up_where_it_points(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=1)
    world.function(PARTIAL="yes")
    world.put(["a"], range(30))
    world.poison("a-17")
    world.replay("--batch-size", "10", "--attempts", "2", status=1)
    assert world.taken() == [f"a-{n}" for n in range(17)]


def test_interrupted_while_the_function_is_throttled_it_says_so(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=1)
    world.function()
    world.functions.put_function_concurrency(FunctionName=world.name, ReservedConcurrentExecutions=0)
    world.put(["a"], range(3))
    process = subprocess.Popen([BINARY, "replay", world.name, world.name], stderr=subprocess.PIPE, text=True, env=environment(world.endpoint))
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 130
    assert process.stderr.read().startswith("millrace: interrupted")


def test_interrupted_it_notes_how_far_it_came(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=1)
    world.function(SECONDS="0.2")
    world.put(["a"], range(100))
    checkpoint = world.folder / "replay.json"
    command = [BINARY, "replay", world.name, world.name, "--batch-size", "5", "--checkpoint", checkpoint]
    process = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, text=True, env=environment(world.endpoint))
    eventually(lambda: len(world.events()) > 2)
    process.send_signal(signal.SIGTERM)  # as Ctrl-C, which a process in the background may have been told to ignore
    assert process.wait(timeout=10) == 130
    assert "the same command goes on from there" in process.stderr.read()
    before = len(world.taken())
    assert before < 100
    world.replay("--checkpoint", checkpoint)
    world.assert_each_once_in_the_order_of_its_key()


def test_what_is_asked_wrongly_is_said(world):
    world.kinesis.create_stream(StreamName=world.name, ShardCount=1)
    assert "there is no function" in world.replay(status=1).stderr.lower() or "function not found" in world.replay(status=1).stderr.lower()
    world.function()
    for flag, most in (("--batch-size", 10_000), ("--shards-at-once", 64), ("--attempts", 1_000)):
        for wrong in ("0", str(most + 1), "many"):
            assert f'{flag}: "{wrong}" is not a number from 1 to {most}' in world.replay(flag, wrong, status=2).stderr
        world.replay(flag, str(most))
    assert "not found" in millrace("replay", "there-is-none", world.name, endpoint=world.endpoint, check=False).stderr
