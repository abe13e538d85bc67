"""A client whose every call is recorded. One connection each; not for several threads."""

import hashlib
import http.client
import itertools
import struct
import time

from aws_json import Api, CallError
from history.events import ERROR, OK, UNKNOWN, Change, Delete, Delivery, Receive, Send

TIMEOUT_SECONDS = 40
BATCHES = itertools.count()


class NotConnected(Exception):
    """Nobody listens: nothing was asked, and nothing is recorded."""


def attributes_md5(attributes):
    digest = hashlib.md5()
    for name, (kind, value) in sorted(attributes.items()):
        for part in (name, kind):
            digest.update(struct.pack(">I", len(part.encode())) + part.encode())
        digest.update(b"\1" + struct.pack(">I", len(value.encode())) + value.encode())
    return digest.hexdigest()


def digests_right(answer, body, attributes, body_field):
    expected = attributes_md5(attributes) if attributes else None
    found = answer.get("MD5OfMessageAttributes")
    return answer[body_field] == hashlib.md5(body.encode()).hexdigest() and found == expected


class Recorder:
    def __init__(self, history, port):
        self.history = history
        self.port = port
        self.api = Api(port, timeout=TIMEOUT_SECONDS)

    def _call(self, operation, queue, **body):
        """start, end, outcome, error, answer"""
        if self.api.connection.sock is None:
            try:
                self.api.connection.connect()
            except OSError as error:
                self.api.connection.close()
                raise NotConnected from error
        start = time.monotonic()
        outcome, error, answer = OK, "", {}
        try:
            answer = self.api.sqs(operation, QueueUrl=f"http://127.0.0.1:{self.port}/000000000000/{queue}", **body)
        except CallError as refusal:
            outcome, error = (ERROR if refusal.status < 500 else UNKNOWN), str(refusal)
        except (OSError, http.client.HTTPException, ValueError) as broken:
            self.api.connection.close()
            if getattr(broken, "doc", "").strip() == "millrace is starting":
                raise NotConnected from broken
            outcome, error = UNKNOWN, repr(broken)
        return start, time.monotonic(), outcome, error, answer

    def _batch(self, operation, queue, entries):
        """The same for each entry."""
        named = [{"Id": str(place), **entry} for place, entry in enumerate(entries)]
        start, end, outcome, error, answer = self._call(operation, queue, Entries=named)
        good = {int(entry["Id"]): entry for entry in answer.get("Successful", [])}
        for place in range(len(entries)):
            failed = next((entry for entry in answer.get("Failed", []) if entry["Id"] == str(place)), None)
            if outcome != OK or place in good:
                yield start, end, outcome, error, good.get(place, {})
            else:
                yield start, end, ERROR if failed and failed["SenderFault"] else UNKNOWN, str(failed), {}

    def send(self, queue, messages):
        """messages: dicts of body, attributes, group, deduplication, delay. One is sent alone, several as a batch."""
        entries = [_entry(message) for message in messages]
        if len(messages) == 1:
            answers, batch = [self._call("SendMessage", queue, **entries[0])], None
        else:
            answers, batch = self._batch("SendMessageBatch", queue, entries), next(BATCHES)
        sends = []
        for message, (start, end, outcome, error, answer) in zip(messages, answers):
            send = Send(queue, start, end, outcome, error, message_id=answer.get("MessageId"), sequence=answer.get("SequenceNumber"),
                        batch=batch, **message)
            if outcome == OK:
                send.digests_right = digests_right(answer, send.body, send.attributes, "MD5OfMessageBody")
            sends.append(send)
        self.history.calls.extend(sends)
        return sends

    def receive(self, queue, limit, wait, visibility, attempt=None):
        named = {"ReceiveRequestAttemptId": attempt} if attempt else {}
        start, end, outcome, error, answer = self._call(
            "ReceiveMessage", queue, MaxNumberOfMessages=limit, WaitTimeSeconds=wait, VisibilityTimeout=visibility,
            MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"], **named)
        receive = Receive(queue, start, end, outcome, error, visibility, attempt, [_delivery(m) for m in answer.get("Messages", [])])
        self.history.calls.append(receive)
        return receive

    def delete(self, queue, handles):
        entries = [{"ReceiptHandle": handle} for handle in handles]
        answers = [self._call("DeleteMessage", queue, **entries[0])] if len(entries) == 1 else \
            self._batch("DeleteMessageBatch", queue, entries)
        self.history.calls.extend(Delete(queue, start, end, outcome, error, handle)
                                  for handle, (start, end, outcome, error, _) in zip(handles, answers))

    def change(self, queue, handles, timeout):
        entries = [{"ReceiptHandle": handle, "VisibilityTimeout": timeout} for handle in handles]
        answers = [self._call("ChangeMessageVisibility", queue, **entries[0])] if len(entries) == 1 else \
            self._batch("ChangeMessageVisibilityBatch", queue, entries)
        self.history.calls.extend(Change(queue, start, end, outcome, error, handle, timeout)
                                  for handle, (start, end, outcome, error, _) in zip(handles, answers))


def _entry(message):
    entry = {"MessageBody": message["body"]}
    if message.get("attributes"):
        entry["MessageAttributes"] = {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in message["attributes"].items()}
    for field, name in (("group", "MessageGroupId"), ("deduplication", "MessageDeduplicationId"), ("delay", "DelaySeconds")):
        if message.get(field):
            entry[name] = message[field]
    return entry


def _delivery(message):
    system = message["Attributes"]
    attributes = {name: [value["DataType"], value["StringValue"]] for name, value in message.get("MessageAttributes", {}).items()}
    source = system.get("DeadLetterQueueSourceArn")
    return Delivery(message["MessageId"], message["ReceiptHandle"], message["Body"], int(system["ApproximateReceiveCount"]),
                    int(system["SentTimestamp"]), attributes, system.get("MessageGroupId"), system.get("SequenceNumber"),
                    source and source.rpartition(":")[2], digests_right(message, message["Body"], attributes, "MD5OfBody"))
