"""SubscribeToShard through boto3."""

import statistics
import time

import pytest

SHARD = "shardId-000000000000"


@pytest.fixture
def kinesis(client):
    return client("kinesis")


@pytest.fixture
def stream(kinesis, unique):
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    yield unique
    kinesis.delete_stream(StreamName=unique, EnforceConsumerDeletion=True)


@pytest.fixture
def register(kinesis, stream):
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    return lambda name: kinesis.register_stream_consumer(StreamARN=arn, ConsumerName=name)["Consumer"]["ConsumerARN"]


@pytest.fixture
def subscribe(client, register):
    """An iterator over the events of a new consumer, through a connection of its own."""
    streams = []

    def subscribe(name, kind="LATEST", **position):
        answer = client("kinesis").subscribe_to_shard(
            ConsumerARN=register(name), ShardId=SHARD, StartingPosition={"Type": kind, **position})
        streams.append(answer["EventStream"])
        return (event["SubscribeToShardEvent"] for event in answer["EventStream"])

    yield subscribe
    for events in streams:
        events.close()


def put(kinesis, stream, data):
    return kinesis.put_record(StreamName=stream, PartitionKey="key", Data=data)["SequenceNumber"]


def test_records_are_pushed(kinesis, stream, subscribe):
    first = put(kinesis, stream, b"\x00\xff")
    events = subscribe("a", "TRIM_HORIZON")
    event = next(events)
    assert [record["Data"] for record in event["Records"]] == [b"\x00\xff"]
    assert event["ContinuationSequenceNumber"] == first == event["Records"][0]["SequenceNumber"]
    assert event["MillisBehindLatest"] == 0
    number = put(kinesis, stream, b"next")
    event = next(events)
    assert [record["Data"] for record in event["Records"]] == [b"next"]
    assert event["ContinuationSequenceNumber"] == number
    begun = time.monotonic()
    event = next(events)
    assert event["Records"] == [] and event["ContinuationSequenceNumber"] == number
    assert 4 < time.monotonic() - begun < 7


def test_every_subscriber_gets_every_record(kinesis, stream, subscribe):
    all_events = [subscribe(f"c{i}") for i in range(20)]
    for data in (b"one", b"two"):
        put(kinesis, stream, data)
        for events in all_events:
            assert [record["Data"] for record in next(events)["Records"]] == [data]


def test_a_large_backlog_arrives_whole_at_a_slow_reader(kinesis, stream, subscribe):
    records = [{"Data": bytes([i]) * 1_000_000, "PartitionKey": "key"} for i in range(9)]
    for _ in range(5):
        kinesis.put_records(StreamName=stream, Records=records)
    events = subscribe("slow", "TRIM_HORIZON")
    time.sleep(1)  # until everything between the two is full
    seen = []
    while len(seen) < 45:
        seen += [record["Data"][0] for record in next(events)["Records"]]
    assert seen == list(range(9)) * 5


def test_the_end_of_a_stream_is_told(kinesis, stream, subscribe):
    events = subscribe("a")
    kinesis.delete_stream(StreamName=stream, EnforceConsumerDeletion=True)
    kinesis.create_stream(StreamName=stream, ShardCount=1)  # for the fixture
    with pytest.raises(Exception, match="ResourceNotFoundException.*not found"):
        next(events)


def test_subscribers_do_not_hold_up_the_end(server, client_of):
    kinesis = client_of(server, "kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
    kinesis.subscribe_to_shard(ConsumerARN=consumer, ShardId=SHARD, StartingPosition={"Type": "LATEST"})
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 3
    assert server.process.returncode == 0


def test_latency(kinesis, stream, subscribe):
    """Generous here, measured in bench/: records are pushed, not found by looking."""
    events = subscribe("a")
    times = []
    for _ in range(50):
        begun = time.perf_counter()
        put(kinesis, stream, b"x")
        next(events)
        times.append(time.perf_counter() - begun)
    assert statistics.median(times) < 0.1
