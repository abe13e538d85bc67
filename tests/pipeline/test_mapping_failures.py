"""What a mapping does with records that its function does not take, or should not see: halving, the retry limit, the failure queue, filters; and
lanes, through crashes of Millrace."""

import json
import time

from support.server import Server, eventually

ROLE = "arn:aws:iam::000000000000:role/any"
STREAM_ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/"

# Tells the queue what it was given, unless one of it is poison.
FORWARD = """
import base64, boto3, os
sqs = boto3.client("sqs")
def handler(event, context):
    records = [(r["kinesis"]["partitionKey"], base64.b64decode(r["kinesis"]["data"]).decode()) for r in event["Records"]]
    if any(body == "poison" for _, body in records):
        raise ValueError("poison")
    for key, body in records:
        sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=key + " " + body)
"""


class Pipeline:
    """A stream of one shard, a function, a queue of what it delivered and one of failures."""

    def __init__(self, client, name, code=FORWARD, timeout=30):
        self.kinesis, self.sqs, self.lambdas = client("kinesis"), client("sqs"), client("lambda")
        self.name = name
        self.kinesis.create_stream(StreamName=name, ShardCount=1)
        self.out = self.sqs.create_queue(QueueName=f"{name}-out")["QueueUrl"]
        self.failures = self.sqs.create_queue(QueueName=f"{name}-failures")["QueueUrl"]
        (path := code_directory(name)).joinpath("index.py").write_text(code)
        self.lambdas.create_function(FunctionName=name, Runtime="python3.11", Handler="index.handler", Role=ROLE, Timeout=timeout,
                                     Code={"S3Bucket": "__local__", "S3Key": str(path)}, Environment={"Variables": {"OUT": self.out}})

    def map(self, **options):
        return self.lambdas.create_event_source_mapping(FunctionName=self.name, EventSourceArn=STREAM_ARN + self.name, StartingPosition="TRIM_HORIZON",
                                                        **options)

    def put(self, *bodies, key="k"):
        answer = self.kinesis.put_records(StreamName=self.name, Records=[{"Data": body, "PartitionKey": key} for body in bodies])
        return [record["SequenceNumber"] for record in answer["Records"]]

    def receive(self, url, received):
        for message in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            received.append(message["Body"])
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return received


def code_directory(name):
    import pathlib
    import tempfile

    return pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-"))


def test_nine_are_delivered_one_is_told_and_the_next_flows(client, unique):
    pipeline = Pipeline(client, unique)
    numbers = pipeline.put(*[f"r{n}" for n in range(6)], "poison", *[f"r{n}" for n in range(7, 10)])
    pipeline.map(MaximumRetryAttempts=1, BisectBatchOnFunctionError=True,
                 DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:000000000000:{unique}-failures"}})
    told, delivered = [], []
    eventually(lambda: pipeline.receive(pipeline.failures, told), seconds=30)
    failure = json.loads(told[0])
    assert failure["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert failure["requestContext"]["approximateInvokeCount"] == 2
    assert failure["requestContext"]["functionArn"] == f"arn:aws:lambda:us-east-1:000000000000:function:{unique}"
    assert failure["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert failure["version"] == "1.0"
    batch = failure["KinesisBatchInfo"]
    assert (batch["startSequenceNumber"], batch["endSequenceNumber"], batch["batchSize"]) == (numbers[6], numbers[6], 1)
    assert (batch["shardId"], batch["streamArn"]) == ("shardId-000000000000", STREAM_ARN + unique)
    pipeline.put("next")
    eventually(lambda: len(pipeline.receive(pipeline.out, delivered)) >= 10, seconds=30)
    expected = [f"k r{n}" for n in range(10) if n != 6] + ["k next"]
    assert sorted(delivered) == sorted(expected), "nine and the next one, each once"
    assert pipeline.receive(pipeline.failures, []) == []


def test_filters_pass_what_they_match_and_the_rest_counts_as_processed(client, unique):
    pipeline = Pipeline(client, unique)
    pattern = {"data": {"temperature": [{"numeric": [">", 30, "<=", 50]}], "place": [{"anything-but": {"prefix": "test"}}]}}
    mapping = pipeline.map(FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}, {"Pattern": json.dumps({"partitionKey": ["always"]})}]})
    assert json.loads(mapping["FilterCriteria"]["Filters"][0]["Pattern"]) == pattern
    cold, hot = json.dumps({"temperature": 30, "place": "roof"}), json.dumps({"temperature": 31, "place": "roof"})
    pipeline.put(cold, json.dumps({"temperature": 40, "place": "test-bench"}), "plain", hot)
    pipeline.put("plain", key="always")
    delivered = []
    eventually(lambda: len(pipeline.receive(pipeline.out, delivered)) >= 2, seconds=30)
    assert sorted(delivered) == sorted([f"k {hot}", "always plain"])
    pipeline.lambdas.update_event_source_mapping(UUID=mapping["UUID"], FilterCriteria={"Filters": []})
    pipeline.put("now")
    eventually(lambda: pipeline.receive(pipeline.out, delivered)[2:] == ["k now"], seconds=30)


SLOW = """
import base64, os, random, time
def handler(event, context):
    time.sleep(random.random() * 0.05)
    with open(os.environ["SEEN"], "a") as seen:
        seen.writelines(r["kinesis"]["partitionKey"] + " " + base64.b64decode(r["kinesis"]["data"]).decode() + "\\n" for r in event["Records"])
    if random.random() < 0.1:
        raise ValueError("now and then")
"""


def test_lanes_keep_the_order_of_a_key_and_lose_nothing_by_sigkill(tmp_path, client_of):
    seen = tmp_path / "seen"
    seen.touch()
    (code := tmp_path / "code").mkdir()
    (code / "index.py").write_text(SLOW)
    keys, per_key = [f"key-{k}" for k in range(12)], 40
    with Server(tmp_path / "data") as server:
        kinesis, lambdas = client_of(server, "kinesis"), client_of(server, "lambda")
        kinesis.create_stream(StreamName="s", ShardCount=1)
        lambdas.create_function(FunctionName="f", Runtime="python3.11", Handler="index.handler", Role=ROLE, Timeout=30,
                                Code={"S3Bucket": "__local__", "S3Key": str(code)}, Environment={"Variables": {"SEEN": str(seen)}})
        lambdas.create_event_source_mapping(FunctionName="f", EventSourceArn=STREAM_ARN + "s", StartingPosition="TRIM_HORIZON", BatchSize=5,
                                            ParallelizationFactor=10, BisectBatchOnFunctionError=True)
        for n in range(per_key):
            kinesis.put_records(StreamName="s", Records=[{"Data": str(n), "PartitionKey": key} for key in keys])
            if n % 10 == 9:
                time.sleep(0.4)
                server.kill()
                server.start()
                kinesis = client_of(server, "kinesis")

        def all_there():
            return {tuple(line.split()) for line in seen.read_text().splitlines()} >= {(key, str(n)) for key in keys for n in range(per_key)}

        eventually(all_there, seconds=60)
    for key in keys:
        newest = -1
        for number in (int(line.split()[1]) for line in seen.read_text().splitlines() if line.split()[0] == key):
            assert number <= newest + 1, "a record may come again, but none before its predecessors"
            newest = max(newest, number)
