"""What must be true after a kill. A class looks at what is new since its last check, check_... at everything."""

import itertools
import json
import time

from support.streams import read_shard

VISIBILITY_SECONDS = 2  # of the queue "work"
STANDSTILL_SECONDS_MAX = 60


def lookup_records(expected, found, total):
    lost = [key for key, data in expected.items() if found.get(key) != data]
    assert not lost, f"{len(lost)} of {total} acknowledged records are lost or changed: {lost[:3]}"


class NewRecords:
    """What came to the stream since the last check. The check starts on the last record that was there then: it must still be."""

    def __init__(self, api, history):
        self.history = history
        self.ends = {shard["ShardId"]: None for shard in api.kinesis("ListShards", StreamName="events")["Shards"]}
        self.checked = 0

    def check(self, api):
        found = {}
        for shard, end in self.ends.items():
            start = {"ShardIteratorType": "TRIM_HORIZON"}
            if end:
                start = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": end[0]}
            records = list(read_shard(api, "events", shard, **start))
            assert not end or records[:1] == [end], f"{shard} lost {end}, which a check saw after an earlier kill"
            found.update({(shard, number): data for number, data in records})
            self.ends[shard] = records[-1] if records else None
        new = dict(itertools.islice(self.history.records.items(), self.checked, None))
        lookup_records(new, found, len(self.history.records))
        self.checked = len(self.history.records)


class NewMessages:
    """How many messages the queue has gained since the last check. Which ones they are is looked up at the end: SQS does not tell
    without handing them out."""

    def __init__(self, history):
        self.history = history
        self.counted = 0
        self.noted = self.noted_now()

    def noted_now(self):
        history = self.history
        return (history.sends_asked, len(history.sent), len(history.deletes_asked), len(history.delete_acknowledged))

    def check(self, api):
        url = api.sqs("GetQueueUrl", QueueName="work")["QueueUrl"]
        attributes = api.sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
        counted = sum(int(attributes[f"ApproximateNumberOfMessages{state}"]) for state in ("", "NotVisible", "Delayed"))
        before, self.noted = self.noted, self.noted_now()
        sends_asked, sent, deletes_asked, deleted = (now - then for now, then in zip(self.noted, before))
        # What was asked for and not acknowledged may or may not have happened.
        least, most = self.counted + sent - deletes_asked, self.counted + sends_asked - deleted
        reckoning = f"{self.counted} and {counted}, between them {sent} of {sends_asked} sends and {deleted} of {deletes_asked} deletes acknowledged"
        assert counted >= least, f"{least - counted} acknowledged messages are lost: {reckoning}"
        assert counted <= most, f"{counted - most} deleted messages came back: {reckoning}"
        self.counted = counted


class NewStreams:
    """The streams that were created since the last check: their names increase."""

    def __init__(self, history):
        self.history = history
        self.last = "stream-"

    def check(self, api):
        listed = list_streams(api, self.last)
        assert {name for name in self.history.streams if name > self.last} <= listed, "an acknowledged stream is gone"
        self.last = max(listed, default=self.last)


def list_streams(api, after):
    names = set()
    while True:
        answer = api.kinesis("ListStreams", Limit=1000, ExclusiveStartStreamName=after)
        names.update(answer["StreamNames"])
        if not answer["HasMoreStreams"]:
            return names
        after = answer["StreamNames"][-1]


def check_all_records(api, history):
    found = {(shard["ShardId"], number): data for shard in api.kinesis("ListShards", StreamName="events")["Shards"]
             for number, data in read_shard(api, "events", shard["ShardId"], ShardIteratorType="TRIM_HORIZON")}
    lookup_records(history.records, found, len(history.records))


def check_all_streams(api, history):
    assert history.streams <= list_streams(api, "stream-"), "an acknowledged stream is gone"


def take(api, queue, wait_seconds=0):
    """Up to ten messages out of the queue, which then forgets them: it hands out no more than 120,000 at a time."""
    url = api.sqs("GetQueueUrl", QueueName=queue)["QueueUrl"]
    messages = api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds).get("Messages", [])
    if messages:
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
        assert not api.sqs("DeleteMessageBatch", QueueUrl=url, Entries=entries).get("Failed")
    return messages


def check_queue(api, history):
    found = {}
    # What was in flight at the last kill becomes visible in time.
    while messages := take(api, "work", wait_seconds=VISIBILITY_SECONDS + 1):
        found.update({message["MessageId"]: message["Body"] for message in messages})
    came_back = history.delete_acknowledged & set(found)
    assert not came_back, f"{len(came_back)} deleted messages came back"
    # A deletion that was asked for and not acknowledged may or may not have happened.
    asked = set(history.deletes_asked)
    expected = {identifier: body for identifier, body in history.sent.items() if identifier not in asked}
    lost = {identifier for identifier, body in expected.items() if found.get(identifier) != body}
    assert not lost, f"{len(lost)} of {len(expected)} acknowledged messages are lost"


def check_pipeline(api, history):
    """The mapping delivered every acknowledged record at least once, whatever the kills."""
    missing = {json.loads(data)["id"] for data in history.records.values()}
    last_progress = time.monotonic()
    while missing:
        for message in take(api, "delivered", wait_seconds=1):
            missing.difference_update(event["id"] for event in json.loads(message["Body"]))
            last_progress = time.monotonic()
        assert time.monotonic() < last_progress + STANDSTILL_SECONDS_MAX, f"{len(missing)} records were not delivered"
