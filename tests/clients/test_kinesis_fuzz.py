"""Requests as no client would send them: each operation's valid one with members dropped, of a wrong type, out of range, huge,
of odd characters. Nothing but an answer that blames the client, and a server that goes on.

MILLRACE_FUZZ_SEED repeats a run, MILLRACE_FUZZ_SECONDS makes it longer.
"""

import copy
import http.client
import json
import os
import random
import time

import pytest
from support.server import ROOT, Server

MODEL = json.loads((ROOT / "models" / "kinesis.json").read_text())
SECONDS = float(os.environ.get("MILLRACE_FUZZ_SECONDS", "5"))
SEED = int(os.environ.get("MILLRACE_FUZZ_SEED", random.SystemRandom().randrange(1 << 32)))

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/fuzzed"
#: Where a value by type alone would not be taken.
VALUES = {
    "ExclusiveStartShardId": "shardId-000000000000",
    "ExplicitHashKey": "0",
    "NewStartingHashKey": "85070591730234615865843651857942052864",
    "Policy": '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}',
    "ResourceARN": ARN,
    "PartitionKey": "key",
    "StartingSequenceNumber": "49600000000000000000000000000000000000000000000000000002",
    "SequenceNumberForOrdering": "49600000000000000000000000000000000000000000000000000002",
    "ShardId": "shardId-000000000000",
    "ShardToMerge": "shardId-000000000000",
    "AdjacentShardToMerge": "shardId-000000000001",
    "ShardToSplit": "shardId-000000000000",
    "StreamARN": ARN,
    "StreamName": "fuzzed",
    "ConsumerName": "reader",
    "TargetShardCount": 2,
    "RetentionPeriodHours": 24,
    "MaxRecordSizeInKiB": 1024,
    "WarmThroughputMiBps": 4,
}
#: Whatever they would do to the stream that the others need.
KEPT_AWAY = {"DeleteStream": {"StreamName": "another", "StreamARN": ARN.replace("fuzzed", "another")}}
#: Required, though the model does not say so.
ALWAYS = {"PartitionKey"}
#: What repeating makes of a value: more than any operation takes, and not more than this machine does.
BYTES_MAX = 20_000_000
#: Not for a valid request.
RESERVED = {"StreamId", "DryRun"}
ODD = ["", " ", "\0", "\x7f", "\ufffd", "\u202e", "\ud800", "é" * 3, "😀", "a" * 129, "A" * 2049, "x" * 200_000, "null", "-1",
       "9" * 200, "../../etc/passwd", "${a}", "%s%n", "arn:aws:kinesis:::stream/", ARN + "/consumer/c:1", ARN.upper()]
NUMBERS = [0, -1, 1, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308, 1e-320]
OTHERS = [None, True, False, [], {}, [None], {"": None}, [[]] * 50, {"a": {"b": {"c": []}}}]


def valid(shape_name, member=None, depth=0):
    """A value that the model allows; only what is required below the first floor."""
    if member in VALUES:
        return VALUES[member]
    shape = MODEL["shapes"][shape_name]
    kind = shape["type"]
    if kind == "structure":
        return {name: valid(field["shape"], name, depth + 1) for name, field in shape["members"].items()
                if name not in RESERVED and (field.get("required") or depth == 0 or name in ALWAYS)}
    if kind == "list":
        return [valid(shape["member"], None, depth + 1)]
    if kind == "map":
        return {"key": valid(shape["value"], None, depth + 1)}
    if kind == "string":
        return shape["enum"][0] if "enum" in shape else "a" * max(1, shape.get("min", 1))
    return {"blob": "YQ==", "boolean": True, "timestamp": 1.0}.get(kind, shape.get("min", 1))


def places(value, path=()):
    """Every place of a request, the whole one included."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def mutate(request, chance):
    path = chance.choice(list(places(request)))
    if not path:
        return copy.deepcopy(chance.choice([*OTHERS, *ODD, *NUMBERS]))
    at = request
    for key in path[:-1]:
        at = at[key]
    key = path[-1]
    how = chance.randrange(6)
    if how == 0:
        del at[key]
    elif how == 1 and isinstance(at, dict):
        at[chance.choice([str(key).lower(), str(key) + "\0", *ODD])] = at.pop(key)
    elif how == 2 and isinstance(at[key], (list, str)) and at[key]:
        times = chance.choice([2, 51, 501, 2_000])
        at[key] = at[key] * min(times, max(1, BYTES_MAX // len(json.dumps(at[key]))))
    else:
        at[key] = copy.deepcopy(chance.choice([*OTHERS, *ODD, *NUMBERS, *VALUES.values()]))
    return request


def bytes_of(body, chance):
    """As JSON, now and then broken."""
    text = json.dumps(body, ensure_ascii=chance.random() < 0.5, allow_nan=True).encode("utf-8", "surrogatepass")
    how = chance.randrange(20)
    if how == 0:
        return text[: chance.randrange(len(text) + 1)]
    if how == 1 and text:
        at = chance.randrange(len(text))
        return text[:at] + bytes([chance.randrange(256)]) + text[at + 1:]
    return b"[" * 5_000 if how == 2 and chance.random() < 0.1 else text


class Wire:
    """One connection, made again when the server ended it."""

    def __init__(self, server):
        self.server = server
        self.connection = None

    def send(self, operation, body, content_type="application/x-amz-json-1.1"):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        self.connection.request("POST", "/", body, {
            "X-Amz-Target": f"Kinesis_20131202.{operation}", "Content-Type": content_type,
            "Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/kinesis/aws4_request, "
                             "SignedHeaders=host, Signature=0"})
        answer = self.connection.getresponse()
        # The answer to SubscribeToShard goes on for minutes.
        streams = answer.getheader("Content-Type", "").startswith("application/vnd.amazon.eventstream")
        text = b"" if streams else answer.read()
        if streams or answer.will_close:
            self.connection.close()
            self.connection = None
        return answer.status, text


@pytest.fixture(scope="module")
def wire(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("fuzz") / "data", "--fsync", "never") as server:
        yield Wire(server)


def make_ready(wire):
    """The stream that requests mean, and a consumer and an iterator of it."""
    wire.send("CreateStream", json.dumps({"StreamName": "fuzzed", "ShardCount": 2}))
    wire.send("RegisterStreamConsumer", json.dumps({"StreamARN": ARN, "ConsumerName": "reader"}))
    _, consumers = wire.send("ListStreamConsumers", json.dumps({"StreamARN": ARN}))
    found = json.loads(consumers).get("Consumers", [])
    _, iterator = wire.send("GetShardIterator", json.dumps(
        {"StreamName": "fuzzed", "ShardId": "0", "ShardIteratorType": "TRIM_HORIZON"}))
    VALUES["ConsumerARN"] = found[0]["ConsumerARN"] if found else ARN + "/consumer/reader:1"
    VALUES["ShardIterator"] = json.loads(iterator).get("ShardIterator", "none")


def request_of(operation):
    request = valid(MODEL["operations"][operation]["input"]) if "input" in MODEL["operations"][operation] else {}
    return {**request, **{name: value for name, value in KEPT_AWAY.get(operation, {}).items() if name in request}}


def test_mutated_requests_are_the_clients_fault(wire):
    chance = random.Random(SEED)
    print(f"MILLRACE_FUZZ_SEED={SEED}")
    make_ready(wire)
    requests = {operation: request_of(operation) for operation in sorted(MODEL["operations"])}
    end = time.monotonic() + SECONDS
    refused, taken = 0, 0
    while time.monotonic() < end:
        operation = chance.choice(list(requests))
        body = copy.deepcopy(requests[operation])
        for _ in range(chance.choice([1, 1, 1, 2, 4])):
            body = mutate(body, chance) if isinstance(body, dict) and body else body
        sent = bytes_of(body, chance)
        cbor = chance.random() < 0.05
        status, text = wire.send(operation, sent, "application/x-amz-cbor-1.1" if cbor else "application/x-amz-json-1.1")
        assert status == 200 or 400 <= status < 500, (SEED, operation, sent[:2_000], status, text)
        if status not in (200, 413) and not cbor:
            assert json.loads(text)["__type"], (SEED, operation, sent[:2_000], text)
        refused, taken = refused + (status != 200), taken + (status == 200)
    assert wire.server.process.poll() is None
    assert refused > taken > 0, (refused, taken)
    make_ready(wire)
    status, text = wire.send("PutRecord", json.dumps({"StreamName": "fuzzed", "PartitionKey": "k", "Data": "YQ=="}))
    assert status == 200 or b"partitionKey" in text, text


def test_valid_requests_are_mostly_taken(wire):
    """Else the mutations would be refused for what was wrong before."""
    make_ready(wire)
    problems = {}
    for operation in sorted(MODEL["operations"]):
        status, text = wire.send(operation, json.dumps(request_of(operation)))
        if status != 200 and b"ValidationException" in text and b"validation error" in text:
            problems[operation] = text
    assert not problems
