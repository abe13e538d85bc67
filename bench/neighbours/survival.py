"""What a server still has after kill -9: writers note what was acknowledged, the server is killed under them and started again, and all that it
has is read."""

import http.client
import threading
import time
import urllib.parse
import xml.etree.ElementTree

from aws_json import Api, CallError, blob

WRITERS = 8
READ_SECONDS_MAX = 60


def _write_until_refused(write, acknowledged, number):
    """Ids of this writer, until the server is gone."""
    for count in range(1_000_000):
        identity = f"{number}-{count}"
        try:
            write(identity)
        except Exception:  # noqa: BLE001: however the server's death shows
            return
        acknowledged.append(identity)


def _killed_under_load(process, make_write, seconds):
    """The acknowledged ids; the server is there again."""
    acknowledged, threads = [], []
    for number in range(WRITERS):
        threads.append(threading.Thread(target=_write_until_refused, args=(make_write(), acknowledged, number)))
        threads[-1].start()
    time.sleep(seconds)
    process.kill()
    for thread in threads:
        thread.join()
    process.start()
    return acknowledged


def _result(acknowledged, found):
    missing = len(set(acknowledged) - set(found))
    return {"acknowledged": len(acknowledged), "missing": missing}


def _read_stream(api, stream):
    found = []
    shards = api.kinesis("ListShards", StreamName=stream)["Shards"]
    for shard in shards:
        iterator = api.kinesis("GetShardIterator", StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        empty = 0
        while iterator and empty < 3:
            answer = api.kinesis("GetRecords", ShardIterator=iterator, Limit=10_000)
            found += [record["Data"] for record in answer["Records"]]
            empty = 0 if answer["Records"] else empty + 1
            iterator = answer.get("NextShardIterator")
    return found


def kinesis(process, world, seconds=3):
    world.stream("survival")

    def make_write():
        api = Api(process.port, timeout=5)
        return lambda identity: api.kinesis("PutRecord", StreamName="survival", PartitionKey=identity, Data=blob(identity))

    acknowledged = _killed_under_load(process, make_write, seconds)
    try:
        found = _read_stream(Api(process.port), "survival")
    except (CallError, KeyError):  # the stream itself is gone
        found = []
    return _result([blob(identity) for identity in acknowledged], found)


class Json:
    """SQS's JSON protocol."""

    def __init__(self, port, settings, timeout):
        self.api, self.url = Api(port, timeout=timeout), settings["queue_url"]

    def send(self, body):
        self.api.sqs("SendMessage", QueueUrl=self.url, MessageBody=body)

    def receive(self):
        """Bodies, deleted; None when the queue is gone."""
        messages = self.api.sqs("ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages") or []
        for message in messages:
            self.api.sqs("DeleteMessage", QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]


class Query:
    """SQS's query protocol."""

    def __init__(self, port, settings, timeout):
        self.connection, self.settings = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout), settings

    def _call(self, action, **fields):
        form = urllib.parse.urlencode({"Action": action, "Version": "2012-11-05", "QueueUrl": self.settings["queue_url"], **fields})
        self.connection.request("POST", self.settings["queue_path"], form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise CallError(answer.status, {"__type": content.decode(errors="replace")[:200]})
        return xml.etree.ElementTree.fromstring(content)

    def send(self, body):
        self._call("SendMessage", MessageBody=body)

    def receive(self):
        messages = self._call("ReceiveMessage", MaxNumberOfMessages=10).findall(".//{*}Message")
        for message in messages:
            self._call("DeleteMessage", ReceiptHandle=message.findtext("{*}ReceiptHandle"))
        return [message.findtext("{*}Body") for message in messages]


def sqs(process, world, seconds=3):
    settings = world.queue("survival")
    protocol = Query if world.query else Json

    def make_write():
        return protocol(process.port, settings, 5).send

    acknowledged = _killed_under_load(process, make_write, seconds)
    queue, found, empty = protocol(process.port, settings, 30), [], 0
    deadline = time.monotonic() + READ_SECONDS_MAX
    try:
        while empty < 5 and time.monotonic() < deadline:
            bodies = queue.receive()
            found += bodies
            empty = 0 if bodies else empty + 1
    except CallError:  # the queue itself is gone
        pass
    return _result(acknowledged, found)


