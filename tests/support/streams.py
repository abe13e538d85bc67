"""Streams, read whole."""

import base64


def read_shard(api, stream, shard, **start):
    """The shard's (sequence number, data) from where `start` says to the end, in order."""
    iterator = api.kinesis("GetShardIterator", StreamName=stream, ShardId=shard, **start)["ShardIterator"]
    last = -1
    while True:
        answer = api.kinesis("GetRecords", ShardIterator=iterator)
        for record in answer["Records"]:
            number = record["SequenceNumber"]
            assert int(number) > last, "sequence numbers must increase"
            last = int(number)
            yield number, base64.b64decode(record["Data"]).decode()
        iterator = answer.get("NextShardIterator")
        if iterator is None or (not answer["Records"] and answer["MillisBehindLatest"] == 0):
            return


def read_stream(api, stream):
    """(shard, sequence number) -> data of everything in the stream."""
    return {(shard["ShardId"], number): data for shard in api.kinesis("ListShards", StreamName=stream)["Shards"]
            for number, data in read_shard(api, stream, shard["ShardId"], ShardIteratorType="TRIM_HORIZON")}
