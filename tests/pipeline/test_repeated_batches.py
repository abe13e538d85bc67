"""The log line of a failed batch holds the command that hands the same event to the function once more."""

import json
import os
import subprocess

import pytest

from support.cli import BINARY, millrace
from support.server import eventually

ROLE = "arn:aws:iam::000000000000:role/any"
FILTER = {"FilterCriteria": {"Filters": [{"Pattern": json.dumps({"data": {"keep": [True]}})}]}}

# Prints the event, and fails at poison.
FUNCTION = """
import base64, json
def handler(event, context):
    print("event " + json.dumps(event, sort_keys=True))
    if any(b"poison" in base64.b64decode(record["kinesis"]["data"]) for record in event["Records"]):
        raise ValueError("poison")
"""


@pytest.fixture
def stream(client, shared_server, tmp_path, unique):
    """A stream with a function that reads it, once map() is called."""

    class Stream:
        kinesis, lambdas, name, server = client("kinesis"), client("lambda"), unique, shared_server
        arn = f"arn:aws:kinesis:us-east-1:000000000000:stream/{unique}"

        def put(self, *bodies):
            self.kinesis.put_records(StreamName=self.name, Records=[{"Data": json.dumps(body), "PartitionKey": f"ä{i}"} for i, body in enumerate(bodies)])

        def map(self, source=None, **properties):
            self.lambdas.create_event_source_mapping(FunctionName=self.name, EventSourceArn=source or self.arn, StartingPosition="TRIM_HORIZON",
                                                     MaximumRetryAttempts=0, **properties)

        def failure(self):
            return self.server.wait_for_line(lambda line: line.get("message") == "a batch failed" and line.get("function") == self.name)

        def events(self):
            return [json.loads(line.removeprefix("event ")) for line in self.server.function_lines(self.name) if line.startswith("event ")]

    (tmp_path / "index.py").write_text(FUNCTION)
    stream = Stream()
    stream.kinesis.create_stream(StreamName=unique, ShardCount=1)
    stream.lambdas.create_function(FunctionName=unique, Runtime="python3.12", Handler="index.handler", Role=ROLE,
                                   Code={"S3Bucket": "__local__", "S3Key": str(tmp_path)})
    return stream


def repeat(stream):
    """Runs the command of the log line in a shell that knows nothing; returns the process and the two events."""
    line = stream.failure()
    done = subprocess.run(["/bin/sh", "-c", line["repeat"]], capture_output=True, text=True, timeout=60, env={"PATH": os.path.dirname(BINARY)})
    eventually(lambda: len(stream.events()) >= 2)
    return line, done, *stream.events()


def test_a_failed_batch_is_repeated_as_it_was(stream):
    stream.put("a", "poison", "ü")
    stream.map()
    line, done, event, repeated = repeat(stream)
    assert event == repeated and len(event["Records"]) == 3
    numbers = [record["kinesis"]["sequenceNumber"] for record in event["Records"]]
    assert (line["from"], line["to"], line["records"], line["shard"]) == (numbers[0], numbers[2], "3", "shardId-000000000000")
    assert line["repeat"].endswith("--count 3")
    assert done.returncode == 1 and "poison" in done.stdout and "event {" in done.stderr, "the answer, and the end of the log"


def test_also_with_gaps_between_its_records(stream):
    stream.put({"keep": True}, {"keep": False}, {"keep": True, "x": "poison"})
    stream.map(**FILTER)
    line, _, event, repeated = repeat(stream)
    assert event == repeated and len(event["Records"]) == 2
    assert line["repeat"].count("--event-from") == 2


def test_also_by_way_of_a_consumer(stream):
    arn = stream.kinesis.register_stream_consumer(StreamARN=stream.arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
    stream.put("poison")
    stream.map(arn)
    _, _, event, repeated = repeat(stream)
    assert event == repeated and event["Records"][0]["eventSourceARN"] == arn


def test_a_function_fed_with_records_of_ones_own(stream, endpoint):
    stream.put("a", "b")
    shard = f"{stream.name}/shardId-000000000000/"
    iterator = stream.kinesis.get_shard_iterator(StreamName=stream.name, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")
    records = stream.kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    first, last = (records[i]["SequenceNumber"] for i in (0, 1))
    assert millrace("invoke", stream.name, "--event-from", shard + first, "--count", "2", endpoint=endpoint).stdout == "null\n"
    assert [record["kinesis"]["sequenceNumber"] for record in stream.events()[0]["Records"]] == [first, last]

    def refused(*arguments):
        done = millrace("invoke", stream.name, *arguments, endpoint=endpoint, check=False)
        return done.returncode, done.stderr

    assert refused("--event-from", shard + first, "--count", "3") == (1, f"millrace: from {first} on there are only 2 of 3 records\n")
    assert refused("--event-from", shard + str(int(last) + 1))[0] == 1
    for arguments in (["--event-from", "s/1"], ["--event-from", shard], ["--event-from", shard + first, "--count", "0"],
                      ["--event-from", shard + first, "--count", "10001"], ["--event-from", shard + first, "--payload", "{}"], ["--count", "2"],
                      ["--event-from", shard + first, "--event-from", shard + last, "--count", "2"]):
        assert refused(*arguments)[0] == 2, arguments


def test_a_consumer_that_is_deregistered_stops_its_mapping(stream):
    arn = stream.kinesis.register_stream_consumer(StreamARN=stream.arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
    stream.map(arn)
    stream.put("a")
    eventually(lambda: len(stream.events()) == 1)
    stream.kinesis.deregister_stream_consumer(ConsumerARN=arn)

    def mapping():
        return stream.lambdas.list_event_source_mappings(FunctionName=stream.name)["EventSourceMappings"][0]

    eventually(lambda: mapping()["LastProcessingResult"] == "PROBLEM: Consumer not found")
    assert mapping()["State"] == "Enabled" and mapping()["EventSourceArn"] == arn
    stream.put("b")
    with pytest.raises(stream.lambdas.exceptions.InvalidParameterValueException, match="Consumer not found"):
        stream.lambdas.create_event_source_mapping(FunctionName=stream.name, EventSourceArn=arn.replace("/c:", "/d:"), StartingPosition="LATEST")
    assert len(stream.events()) == 1
