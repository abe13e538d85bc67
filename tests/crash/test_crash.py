"""SIGKILL under load, again and again: nothing acknowledged may be lost, nothing deleted may come back.

Writers note what the server acknowledged; after every kill the server is started on the same data and everything noted is looked
up. MILLRACE_KILLS sets the number of kills, MILLRACE_SEED repeats a run's timing."""

import base64
import http.client
import itertools
import json
import os
import random
import threading
import time

import pytest

from aws_json import Api, CallError, blob
from support.server import ROOT, Server, eventually

KILLS = int(os.environ.get("MILLRACE_KILLS", "20"))
SEED = int(os.environ.get("MILLRACE_SEED", str(random.randrange(10**6))))
WRITERS = 3
LOST_CONNECTION = (OSError, http.client.HTTPException, ValueError)


class History:
    """What clients were told, and so what must be true."""

    def __init__(self):
        self.records = {}  # (shard, sequence number) -> data
        self.sent = {}  # message id -> body
        self.delete_asked = set()
        self.delete_acknowledged = set()
        self.streams = set()
        self.lock = threading.Lock()


class Load:
    """Writers that stop at the first broken connection."""

    def __init__(self, port, history, round_number):
        self.history = history
        self.port = port
        self.round_number = round_number
        self.stopped = threading.Event()
        self.unexpected = []
        jobs = [self.put_records] * WRITERS + [self.send_messages, self.delete_messages, self.create_streams]
        self.threads = [threading.Thread(target=self.run, args=(job, n)) for n, job in enumerate(jobs)]
        for thread in self.threads:
            thread.start()

    def join(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def run(self, job, writer):
        try:
            job(Api(self.port, timeout=10), writer)
        except LOST_CONNECTION:
            pass
        except CallError as error:
            self.unexpected.append(error)

    def put_records(self, api, writer):
        for number in itertools.count():
            if self.stopped.is_set():
                return
            tag = f"{self.round_number}/{writer}/{number}"
            if number % 3 == 0:
                data = json.dumps({"id": tag})
                answer = api.kinesis("PutRecord", StreamName="events", Data=blob(data), PartitionKey=tag)
                self.note_records([(answer, data)])
            else:
                texts = [json.dumps({"id": f"{tag}/{i}", "pad": "x" * (number % 50)}) for i in range(20)]
                records = [{"Data": blob(text), "PartitionKey": text} for text in texts]
                answer = api.kinesis("PutRecords", StreamName="events", Records=records)
                assert answer.get("FailedRecordCount", 0) == 0
                self.note_records(zip(answer["Records"], texts))

    def note_records(self, pairs):
        with self.history.lock:
            for answer, data in pairs:
                self.history.records[answer["ShardId"], answer["SequenceNumber"]] = data

    def send_messages(self, api, writer):
        url = api.sqs("GetQueueUrl", QueueName="work")["QueueUrl"]
        for number in itertools.count():
            if self.stopped.is_set():
                return
            body = f"{self.round_number}/{writer}/{number}"
            answer = api.sqs("SendMessage", QueueUrl=url, MessageBody=body)
            with self.history.lock:
                self.history.sent[answer["MessageId"]] = body

    def delete_messages(self, api, _writer):
        url = api.sqs("GetQueueUrl", QueueName="work")["QueueUrl"]
        while not self.stopped.is_set():
            for message in api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=5, WaitTimeSeconds=1).get("Messages", []):
                identifier = message["MessageId"]
                assert identifier not in self.history.delete_acknowledged, "a deleted message came back"
                self.history.delete_asked.add(identifier)
                api.sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                self.history.delete_acknowledged.add(identifier)

    def create_streams(self, api, _writer):
        for number in itertools.count():
            if self.stopped.is_set():
                return
            name = f"stream-{self.round_number}-{number}"
            api.kinesis("CreateStream", StreamName=name, ShardCount=1)
            self.history.streams.add(name)
            time.sleep(0.05)


def read_stream(api, stream):
    """(shard, sequence number) -> data of everything in the stream."""
    found = {}
    for shard in api.kinesis("ListShards", StreamName=stream)["Shards"]:
        iterator = api.kinesis("GetShardIterator", StreamName=stream, ShardId=shard["ShardId"],
                               ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        last = -1
        while True:
            answer = api.kinesis("GetRecords", ShardIterator=iterator)
            for record in answer["Records"]:
                number = int(record["SequenceNumber"])
                assert number > last, "sequence numbers must increase"
                last = number
                found[shard["ShardId"], record["SequenceNumber"]] = base64.b64decode(record["Data"]).decode()
            if not answer["Records"] and answer["MillisBehindLatest"] == 0:
                break
            iterator = answer["NextShardIterator"]
    return found


def list_streams(api):
    names, more = set(), {}
    while True:
        answer = api.kinesis("ListStreams", Limit=1000, **more)
        names.update(answer["StreamNames"])
        if not answer["HasMoreStreams"]:
            return names
        more = {"ExclusiveStartStreamName": answer["StreamNames"][-1]}


def check_streams(api, history):
    found = read_stream(api, "events")
    lost = {key: data for key, data in history.records.items() if found.get(key) != data}
    assert not lost, f"{len(lost)} of {len(history.records)} acknowledged records are lost or changed: {list(lost)[:3]}"
    assert history.streams <= list_streams(api), "an acknowledged stream is gone"


def drain(api, url, seconds=60):
    """Every message still in the queue, by id."""
    found = {}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        messages = api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600).get("Messages", [])
        if not messages:
            return found
        found.update({message["MessageId"]: message["Body"] for message in messages})
    pytest.fail("the queue does not run dry")


def check_queue(api, history):
    found = drain(api, api.sqs("GetQueueUrl", QueueName="work")["QueueUrl"])
    came_back = history.delete_acknowledged & set(found)
    assert not came_back, f"{len(came_back)} deleted messages came back"
    # A deletion that was asked for and not acknowledged may or may not have happened.
    expected = {identifier: body for identifier, body in history.sent.items() if identifier not in history.delete_asked}
    lost = {identifier for identifier, body in expected.items() if found.get(identifier) != body}
    assert not lost, f"{len(lost)} of {len(expected)} acknowledged messages are lost"


def check_pipeline(api, history, url):
    """The mapping delivered every acknowledged record at least once, whatever the kills."""
    delivered = set()

    def all_delivered():
        messages = api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600,
                           WaitTimeSeconds=1).get("Messages", [])
        for message in messages:
            delivered.update(event["id"] for event in json.loads(message["Body"]))
        return expected <= delivered

    expected = {json.loads(data)["id"] for data in history.records.values()}
    eventually(all_delivered, seconds=60, interval=0)


def deploy_pipeline(server, client_of):
    function = (ROOT / "examples/kinesis-to-sqs/functions/cpp/package").resolve()
    api = Api(server.port)
    api.kinesis("CreateStream", StreamName="events", ShardCount=2)
    api.sqs("CreateQueue", QueueName="work")
    url = api.sqs("CreateQueue", QueueName="delivered")["QueueUrl"]
    lambdas = client_of(server, "lambda")
    lambdas.create_function(
        FunctionName="forward", Runtime="provided.al2023", Handler="bootstrap", Role="arn:aws:iam::000000000000:role/any",
        Code={"S3Bucket": "__local__", "S3Key": str(function)}, Environment={"Variables": {"QUEUE_URL": url}}, Timeout=20)
    stream = "arn:aws:kinesis:us-east-1:000000000000:stream/events"
    lambdas.create_event_source_mapping(FunctionName="forward", EventSourceArn=stream, StartingPosition="TRIM_HORIZON")
    return url


def test_nothing_acknowledged_is_lost_by_sigkill(tmp_path, client_of):
    print(f"seed {SEED}, {KILLS} kills")
    rng = random.Random(SEED)
    history = History()
    server = Server(tmp_path / "data")
    server.start()
    try:
        url = deploy_pipeline(server, client_of)
        for round_number in range(KILLS):
            load = Load(server.port, history, round_number)
            time.sleep(rng.uniform(0.05, 0.6))
            server.kill()
            load.join()
            assert not load.unexpected, load.unexpected
            server.start()
            check_streams(Api(server.port), history)
        api = Api(server.port)
        check_pipeline(api, history, url.replace(url.split("/")[2], f"127.0.0.1:{server.port}"))
        check_queue(api, history)
        print(f"{len(history.records)} records, {len(history.sent)} messages, {len(history.delete_acknowledged)} deletions")
        assert len(history.records) > 10 * KILLS and history.sent and history.delete_acknowledged and history.streams
    finally:
        server.stop()
