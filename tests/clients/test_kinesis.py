"""Kinesis through boto3: every operation on the wire, with its main errors."""

import datetime
import hashlib

import botocore.exceptions
import pytest

FIRST = "shardId-000000000000"
HASH_KEY_MAX = 2**128 - 1


@pytest.fixture
def kinesis(client):
    return client("kinesis")


@pytest.fixture
def stream(kinesis, unique):
    """A stream of one shard, named after the test."""
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    yield unique
    try:
        kinesis.delete_stream(StreamName=unique)
    except kinesis.exceptions.ResourceNotFoundException:
        pass


def iterator(kinesis, stream, kind="TRIM_HORIZON", shard=FIRST, **more):
    return kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]


def data_from(kinesis, token, **more):
    return [record["Data"] for record in kinesis.get_records(ShardIterator=token, **more)["Records"]]


def put(kinesis, stream, data, key="key"):
    return kinesis.put_record(StreamName=stream, PartitionKey=key, Data=data)["SequenceNumber"]


def refused(error):
    """(code, message) of a ClientError."""
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_life_of_a_stream(kinesis, unique):
    kinesis.create_stream(StreamName=unique, ShardCount=2, Tags={"team": "blå"})
    kinesis.get_waiter("stream_exists").wait(StreamName=unique)
    described = kinesis.describe_stream(StreamName=unique)["StreamDescription"]
    assert described["StreamStatus"] == "ACTIVE"
    assert described["StreamARN"] == f"arn:aws:kinesis:us-east-1:000000000000:stream/{unique}"
    assert described["RetentionPeriodHours"] == 24
    assert described["EncryptionType"] == "NONE"
    assert described["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert not described["HasMoreShards"]
    age = datetime.datetime.now(datetime.timezone.utc) - described["StreamCreationTimestamp"]
    assert abs(age.total_seconds()) < 60
    # Whole seconds: older clients and the AWS CLI send no more back.
    assert described["StreamCreationTimestamp"].microsecond == 0
    assert len(kinesis.list_shards(StreamName=unique, StreamCreationTimestamp=described["StreamCreationTimestamp"])["Shards"]) == 2
    ranges = [shard["HashKeyRange"] for shard in described["Shards"]]
    assert [int(r["StartingHashKey"]) for r in ranges] == [0, 2**127]
    assert [int(r["EndingHashKey"]) for r in ranges] == [2**127 - 1, HASH_KEY_MAX]

    summary = kinesis.describe_stream_summary(StreamARN=described["StreamARN"])["StreamDescriptionSummary"]
    assert summary["OpenShardCount"] == 2 and summary["ConsumerCount"] == 0

    with pytest.raises(kinesis.exceptions.ResourceInUseException) as error:
        kinesis.create_stream(StreamName=unique, ShardCount=1)
    assert refused(error)[1] == f"Stream {unique} under account 000000000000 already exists."

    kinesis.delete_stream(StreamName=unique, EnforceConsumerDeletion=True)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=unique)
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as error:
        kinesis.delete_stream(StreamName=unique)
    assert refused(error)[1] == f"Stream {unique} under account 000000000000 not found."


def test_on_demand(kinesis, unique):
    kinesis.create_stream(StreamName=unique, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    summary = kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]
    assert summary["OpenShardCount"] == 4 and summary["StreamModeDetails"]["StreamMode"] == "ON_DEMAND"
    assert kinesis.describe_limits()["OnDemandStreamCount"] >= 1
    kinesis.delete_stream(StreamName=unique)


def test_create_is_validated(kinesis, unique):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kinesis.create_stream(StreamName="not a name", ShardCount=1)
    assert refused(error) == (
        "ValidationException",
        "1 validation error detected: Value 'not a name' at 'streamName' failed to satisfy constraint: Member must satisfy regular "
        "expression pattern: [a-zA-Z0-9_.-]+",
    )
    with pytest.raises(kinesis.exceptions.LimitExceededException):
        kinesis.create_stream(StreamName=unique, ShardCount=1_000_000)
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.create_stream(StreamName=unique, ShardCount=1, StreamModeDetails={"StreamMode": "ON_DEMAND"})


def test_list_streams(kinesis, stream, unique):
    names = [f"{unique}-{letter}" for letter in "abc"]
    for name in names:
        kinesis.create_stream(StreamName=name, ShardCount=1)
    listed = []
    for page in kinesis.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 2}):
        listed += page["StreamNames"]
    assert set(names) <= set(listed) and listed == sorted(listed)
    after = kinesis.list_streams(ExclusiveStartStreamName=names[0], Limit=2)
    assert after["StreamNames"] == names[1:]
    for name in names:
        kinesis.delete_stream(StreamName=name)


def test_list_shards(kinesis, unique):
    kinesis.create_stream(StreamName=unique, ShardCount=5)
    page = kinesis.list_shards(StreamName=unique, MaxResults=2)
    pages = [page["Shards"]]
    while "NextToken" in page:
        with pytest.raises(kinesis.exceptions.InvalidArgumentException) as error:
            kinesis.list_shards(StreamName=unique, NextToken=page["NextToken"])
        assert refused(error)[1] == "NextToken and StreamName cannot be provided together."
        page = kinesis.list_shards(NextToken=page["NextToken"], MaxResults=2)
        pages.append(page["Shards"])
    assert [len(shards) for shards in pages] == [2, 2, 1]
    shards = [shard["ShardId"] for shards in pages for shard in shards]
    assert shards == [f"shardId-{index:012}" for index in range(5)]
    page = kinesis.describe_stream(StreamName=unique, Limit=3)["StreamDescription"]
    assert len(page["Shards"]) == 3 and page["HasMoreShards"]
    filtered = kinesis.list_shards(StreamName=unique, ShardFilter={"Type": "AFTER_SHARD_ID", "ShardId": shards[2]})
    assert [shard["ShardId"] for shard in filtered["Shards"]] == shards[3:]
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as error:
        kinesis.list_shards(NextToken="no such token")
    assert refused(error)[1] == "Invalid NextToken."
    kinesis.delete_stream(StreamName=unique)


def test_put_and_get(kinesis, stream):
    blobs = [b"", b"text", bytes(range(256)), "größer".encode()]
    numbers = [put(kinesis, stream, blob, key="ключ") for blob in blobs]
    assert numbers == sorted(numbers) and all(len(number) == 56 and number.startswith("49") for number in numbers)
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, stream))
    assert [record["Data"] for record in answer["Records"]] == blobs
    assert [record["SequenceNumber"] for record in answer["Records"]] == numbers
    assert {record["PartitionKey"] for record in answer["Records"]} == {"ключ"}
    assert answer["MillisBehindLatest"] == 0
    age = datetime.datetime.now(datetime.timezone.utc) - answer["Records"][0]["ApproximateArrivalTimestamp"]
    assert abs(age.total_seconds()) < 60
    kinesis.put_record(StreamName=stream, PartitionKey="k", Data=b"more", SequenceNumberForOrdering=numbers[-1])
    assert data_from(kinesis, answer["NextShardIterator"]) == [b"more"]


def test_shards_are_chosen_by_md5(kinesis, unique):
    kinesis.create_stream(StreamName=unique, ShardCount=3)
    shards = kinesis.list_shards(StreamName=unique)["Shards"]

    def shard_for(number):
        for shard in shards:
            if int(shard["HashKeyRange"]["StartingHashKey"]) <= number <= int(shard["HashKeyRange"]["EndingHashKey"]):
                return shard["ShardId"]

    for index in range(30):
        key = f"key-{index}"
        expected = shard_for(int(hashlib.md5(key.encode()).hexdigest(), 16))
        assert kinesis.put_record(StreamName=unique, PartitionKey=key, Data=b"x")["ShardId"] == expected
    explicit = kinesis.put_record(StreamName=unique, PartitionKey="any", Data=b"x", ExplicitHashKey=str(HASH_KEY_MAX))
    assert explicit["ShardId"] == shards[2]["ShardId"]
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as error:
        kinesis.put_record(StreamName=unique, PartitionKey="any", Data=b"x", ExplicitHashKey=str(HASH_KEY_MAX + 1))
    assert "must be in the range: [0, 2^128-1]" in refused(error)[1]
    kinesis.delete_stream(StreamName=unique)


def test_put_records(kinesis, stream):
    records = [{"PartitionKey": f"k{index}", "Data": str(index).encode()} for index in range(500)]
    answer = kinesis.put_records(StreamName=stream, Records=records)
    assert answer["FailedRecordCount"] == 0 and len(answer["Records"]) == 500
    numbers = [record["SequenceNumber"] for record in answer["Records"]]
    assert numbers == sorted(numbers)
    assert data_from(kinesis, iterator(kinesis, stream)) == [record["Data"] for record in records]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kinesis.put_records(StreamName=stream, Records=records + records[:1])
    assert refused(error)[0] == "ValidationException"
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as error:
        kinesis.put_records(StreamName=stream, Records=[{"PartitionKey": "k", "Data": b"x" * (2**20 - 1)}] * 11)
    assert refused(error)[1] == "Records size exceeds 10 MB limit"


def test_record_size(kinesis, stream):
    put(kinesis, stream, b"x" * (2**20 - 3))
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        put(kinesis, stream, b"x" * (2**20 - 2))


def test_larger_records(kinesis, unique):
    kinesis.create_stream(StreamName=unique, ShardCount=1, MaxRecordSizeInKiB=10240)
    put(kinesis, unique, b"x" * (10 * 2**20 - 3))
    assert [len(data) for data in data_from(kinesis, iterator(kinesis, unique))] == [10 * 2**20 - 3]
    kinesis.update_max_record_size(
        StreamARN=f"arn:aws:kinesis:us-east-1:000000000000:stream/{unique}", MaxRecordSizeInKiB=1024
    )
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        put(kinesis, unique, b"x" * 2**20)
    kinesis.delete_stream(StreamName=unique)


def test_iterator_types(kinesis, stream):
    latest = iterator(kinesis, stream, "LATEST")
    numbers = [put(kinesis, stream, data) for data in (b"0", b"1", b"2")]
    records = kinesis.get_records(ShardIterator=iterator(kinesis, stream))["Records"]
    assert data_from(kinesis, latest) == [b"0", b"1", b"2"], "LATEST is the end when the iterator was made"
    assert data_from(kinesis, latest) == [b"0", b"1", b"2"], "an iterator is not used up"
    assert data_from(kinesis, iterator(kinesis, stream, "LATEST")) == []
    at = iterator(kinesis, stream, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])
    assert data_from(kinesis, at) == [b"1", b"2"]
    after = iterator(kinesis, stream, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])
    assert data_from(kinesis, after) == [b"2"]
    when = iterator(kinesis, stream, "AT_TIMESTAMP", Timestamp=records[0]["ApproximateArrivalTimestamp"])
    assert data_from(kinesis, when) == [b"0", b"1", b"2"]
    assert data_from(kinesis, iterator(kinesis, stream), Limit=1) == [b"0"]


def test_iterators_are_checked(kinesis, stream):
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as error:
        kinesis.get_records(ShardIterator="AAAAAAAAAAE=")
    assert refused(error)[1] == "Invalid ShardIterator."
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as error:
        iterator(kinesis, stream, "AT_SEQUENCE_NUMBER", StartingSequenceNumber="1")
    assert refused(error)[1] == (
        f"StartingSequenceNumber 1 used in GetShardIterator on shard {FIRST} in stream {stream} under account 000000000000 is invalid."
    )
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        iterator(kinesis, stream, "AFTER_SEQUENCE_NUMBER")
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        iterator(kinesis, stream, "AT_TIMESTAMP", Timestamp=datetime.datetime.now() + datetime.timedelta(days=1))
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as error:
        iterator(kinesis, stream, shard="shardId-000000000007")
    assert "shardId-000000000007" in refused(error)[1]
    token = iterator(kinesis, stream)
    kinesis.delete_stream(StreamName=stream)
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException):
        kinesis.get_records(ShardIterator=token)


def test_tags(kinesis, stream):
    kinesis.add_tags_to_stream(StreamName=stream, Tags={"a": "1", "b": "2"})
    kinesis.remove_tags_from_stream(StreamName=stream, TagKeys=["a"])
    listed = kinesis.list_tags_for_stream(StreamName=stream)
    assert listed["Tags"] == [{"Key": "b", "Value": "2"}] and not listed["HasMoreTags"]
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.add_tags_to_stream(StreamName=stream, Tags={str(index): "" for index in range(50)})


def test_retention_period(kinesis, stream):
    kinesis.increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=8760)
    assert kinesis.describe_stream(StreamName=stream)["StreamDescription"]["RetentionPeriodHours"] == 8760
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=8761)
    kinesis.decrease_stream_retention_period(StreamName=stream, RetentionPeriodHours=24)
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.decrease_stream_retention_period(StreamName=stream, RetentionPeriodHours=23)


def test_missing_streams(kinesis, unique):
    calls = [
        lambda: kinesis.describe_stream(StreamName=unique),
        lambda: kinesis.describe_stream_summary(StreamName=unique),
        lambda: kinesis.list_shards(StreamName=unique),
        lambda: kinesis.list_tags_for_stream(StreamName=unique),
        lambda: put(kinesis, unique, b"x"),
        lambda: kinesis.put_records(StreamName=unique, Records=[{"PartitionKey": "k", "Data": b"x"}]),
        lambda: kinesis.increase_stream_retention_period(StreamName=unique, RetentionPeriodHours=48),
    ]
    for call in calls:
        with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as error:
            call()
        assert refused(error)[1] == f"Stream {unique} under account 000000000000 not found."
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as error:
        iterator(kinesis, unique)
    assert refused(error)[1] == f"Shard shardId-000000000000 in stream {unique} under account 000000000000 does not exist"


def test_accounts_and_regions_do_not_mix(client, kinesis, stream):
    for other in (client("kinesis", account="111111111111"), client("kinesis", region="eu-west-1")):
        assert stream not in other.list_streams()["StreamNames"]
        with pytest.raises(other.exceptions.ResourceNotFoundException):
            other.describe_stream(StreamName=stream)


def test_streams_and_records_are_back_after_a_kill(server, client_of):
    kinesis = client_of(server, "kinesis")
    kinesis.create_stream(StreamName="kept", ShardCount=1)
    numbers = [put(kinesis, "kept", str(index).encode()) for index in range(20)]
    token = iterator(kinesis, "kept", "AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[5])
    server.kill()
    server.start()
    kinesis = client_of(server, "kinesis")
    assert data_from(kinesis, token) == [str(index).encode() for index in range(5, 20)], "iterators survive as well"
    assert put(kinesis, "kept", b"after") > numbers[-1]
