"""Clients that write until the connection breaks, and what they were told."""

import http.client
import itertools
import json
import threading
import time

from aws_json import Api, blob

WRITERS = 3
LOST_CONNECTION = (OSError, http.client.HTTPException, ValueError)


class History:
    """What clients were told, and so what must be true."""

    def __init__(self):
        self.records = {}  # (shard, sequence number) -> data
        self.sends_asked = 0
        self.sent = {}  # message id -> body
        self.deletes_asked = []  # again after a kill, when the first time was in vain
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
        except Exception as error:  # else it would end the thread and nobody would hear of it
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
            self.history.sends_asked += 1
            answer = api.sqs("SendMessage", QueueUrl=url, MessageBody=body)
            with self.history.lock:
                self.history.sent[answer["MessageId"]] = body

    def delete_messages(self, api, _writer):
        url = api.sqs("GetQueueUrl", QueueName="work")["QueueUrl"]
        while not self.stopped.is_set():
            for message in api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=5, WaitTimeSeconds=1).get("Messages", []):
                identifier = message["MessageId"]
                assert identifier not in self.history.delete_acknowledged, "a deleted message came back"
                self.history.deletes_asked.append(identifier)
                api.sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                self.history.delete_acknowledged.add(identifier)

    def create_streams(self, api, _writer):
        for number in itertools.count():
            if self.stopped.is_set():
                return
            name = f"stream-{self.round_number:06}-{number:06}"
            api.kinesis("CreateStream", StreamName=name, ShardCount=1)
            self.history.streams.add(name)
            time.sleep(0.05)
