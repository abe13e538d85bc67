"""Queues that lead to functions: at once, in batches, with what fails left to the queue."""

import functools
import json
import pathlib
import tempfile
import time

from support.server import Server, eventually

ROLE = "arn:aws:iam::000000000000:role/any"

# Tells the queue OUT what it was given; bodies that say so fail alone, or all together.
FORWARD = """
import boto3, json, os
sqs = boto3.client("sqs")
def handler(event, context):
    failures = []
    for record in event["Records"]:
        if record["body"] == "fail-all":
            raise ValueError("all of it")
        if record["body"] == "fail-alone":
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps(record))
    return {"batchItemFailures": failures}
"""


class QueuePipeline:
    def __init__(self, client, name, fifo=False):
        self.sqs, self.lambdas, self.name = client("sqs"), client("lambda"), name
        kind, attributes = (".fifo", {"FifoQueue": "true", "ContentBasedDeduplication": "true"}) if fifo else ("", {})
        self.dead = self.sqs.create_queue(QueueName=f"{name}-dead{kind}", Attributes=attributes)["QueueUrl"]
        redrive = {"deadLetterTargetArn": self.arn(f"{name}-dead{kind}"), "maxReceiveCount": "2"}
        self.source_arn = self.arn(f"{name}{kind}")
        self.source = self.sqs.create_queue(
            QueueName=f"{name}{kind}", Attributes={"VisibilityTimeout": "2", "RedrivePolicy": json.dumps(redrive), **attributes})["QueueUrl"]
        self.out = self.sqs.create_queue(QueueName=f"{name}-out")["QueueUrl"]
        code = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-"))
        code.joinpath("index.py").write_text(FORWARD)
        self.lambdas.create_function(FunctionName=name, Runtime="python3.11", Handler="index.handler", Role=ROLE, Timeout=2,
                                     Code={"S3Bucket": "__local__", "S3Key": str(code)}, Environment={"Variables": {"OUT": self.out}})

    @staticmethod
    def arn(name):
        return f"arn:aws:sqs:us-east-1:000000000000:{name}"

    def map(self, **options):
        return self.lambdas.create_event_source_mapping(FunctionName=self.name, EventSourceArn=self.source_arn, **options)

    def receive(self, url, received):
        for message in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            received.append(message["Body"])
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return received

    def counts(self, url):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return [int(value) for value in self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()]


def test_messages_go_through_with_all_that_aws_tells_of_them(client, unique):
    pipeline = QueuePipeline(client, unique)
    mapping = pipeline.map()
    assert mapping["BatchSize"] == 10 and "StartingPosition" not in mapping
    sent = pipeline.sqs.send_message(QueueUrl=pipeline.source, MessageBody="hello", MessageAttributes={
        "kind": {"DataType": "String", "StringValue": "x"}, "raw": {"DataType": "Binary", "BinaryValue": b"\x01"}})
    received = eventually(lambda: pipeline.receive(pipeline.out, []), seconds=30)
    record = json.loads(received[0])
    assert record["body"] == "hello" and record["eventSource"] == "aws:sqs" and record["awsRegion"] == "us-east-1"
    assert record["eventSourceARN"] == pipeline.arn(unique) and record["md5OfBody"] == "5d41402abc4b2a76b9719d911017c592"
    assert record["md5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert record["messageAttributes"] == {
        "kind": {"stringValue": "x", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
        "raw": {"binaryValue": "AQ==", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"}}
    assert set(record["attributes"]) == {"ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}
    eventually(lambda: pipeline.counts(pipeline.source) == [0, 0])


def test_a_backlog_is_taken_at_once(client, unique):
    pipeline = QueuePipeline(client, unique)
    for start in range(0, 300, 10):
        pipeline.sqs.send_message_batch(QueueUrl=pipeline.source, Entries=[{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)])
    pipeline.map(ScalingConfig={"MaximumConcurrency": 4})
    received = []
    eventually(lambda: len(pipeline.receive(pipeline.out, received)) >= 300, seconds=60)
    assert {json.loads(record)["body"] for record in received} == {str(n) for n in range(300)}


def test_what_fails_goes_to_the_dead_letters(client, unique):
    pipeline = QueuePipeline(client, unique)
    pipeline.map(FunctionResponseTypes=["ReportBatchItemFailures"])
    for body in ("a", "fail-alone", "b"):
        pipeline.sqs.send_message(QueueUrl=pipeline.source, MessageBody=body)
    dead, received = [], []
    eventually(lambda: len(pipeline.receive(pipeline.out, received)) >= 2, seconds=30)
    eventually(lambda: pipeline.receive(pipeline.dead, dead), seconds=60)
    assert dead == ["fail-alone"] and sorted(json.loads(record)["body"] for record in received) == ["a", "b"]
    assert pipeline.counts(pipeline.source) == [0, 0]


def test_what_no_filter_wants_is_deleted(client, unique):
    pipeline = QueuePipeline(client, unique)
    pipeline.map(FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"a": [{"numeric": [">=", 2]}]}})}]})
    for body in ('{"a": 1}', "plain", '{"a": 2}'):
        pipeline.sqs.send_message(QueueUrl=pipeline.source, MessageBody=body)
    received = []
    eventually(lambda: pipeline.receive(pipeline.out, received), seconds=30)
    eventually(lambda: pipeline.counts(pipeline.source) == [0, 0], seconds=5)
    assert [json.loads(record)["body"] for record in received] == ['{"a": 2}']
    assert pipeline.counts(pipeline.dead) == [0, 0]


def test_a_fifo_queue_keeps_the_order_of_each_group(client, unique):
    pipeline = QueuePipeline(client, unique, fifo=True)
    groups, per_group = ["a", "b", "c"], 20
    for n in range(per_group):
        pipeline.sqs.send_message_batch(QueueUrl=pipeline.source, Entries=[
            {"Id": group, "MessageBody": f"{group} {n}", "MessageGroupId": group} for group in groups])
    pipeline.map(BatchSize=7)
    received = []
    eventually(lambda: len(pipeline.receive(pipeline.out, received)) >= len(groups) * per_group, seconds=30)
    records = [json.loads(record) for record in received]
    for group in groups:
        of_group = [record for record in records if record["attributes"]["MessageGroupId"] == group]
        assert [record["body"] for record in of_group] == [f"{group} {n}" for n in range(per_group)]
        numbers = [record["attributes"]["SequenceNumber"] for record in of_group]
        assert numbers == sorted(numbers) and all(len(number) == 20 for number in numbers)
        assert all(len(record["attributes"]["MessageDeduplicationId"]) == 64 for record in of_group)
    eventually(lambda: pipeline.counts(pipeline.source) == [0, 0])


def test_a_failure_holds_up_its_group_alone_and_its_successors_come_after_it(client, unique):
    pipeline = QueuePipeline(client, unique, fifo=True)
    for group, body in [("a", "fail-all"), ("a", "a 1"), ("b", "b 1")]:
        pipeline.sqs.send_message(QueueUrl=pipeline.source, MessageBody=body, MessageGroupId=group)
    pipeline.map(BatchSize=1)
    received, dead = [], []
    eventually(lambda: len(pipeline.receive(pipeline.out, received)) >= 2, seconds=30)
    assert [json.loads(record)["body"] for record in received] == ["b 1", "a 1"]
    eventually(lambda: pipeline.receive(pipeline.dead, dead), seconds=10)
    assert dead == ["fail-all"]
    eventually(lambda: pipeline.counts(pipeline.source) == [0, 0])


def test_nothing_is_lost_when_millrace_is_killed_while_functions_work(tmp_path, client_of):
    with Server(tmp_path / "data") as server:
        pipeline = QueuePipeline(functools.partial(client_of, server), "work")
        bodies = {str(n) for n in range(120)}
        for start in range(0, 120, 10):
            pipeline.sqs.send_message_batch(QueueUrl=pipeline.source, Entries=[{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)])
        pipeline.map(BatchSize=5)
        received = []
        for _ in range(3):
            eventually(lambda: pipeline.receive(pipeline.out, received), seconds=30)
            server.kill()
            server.start()
        dead = []  # a message whose receives were all cut off by a kill is one, as on AWS

        def all_there():
            pipeline.receive(pipeline.dead, dead)
            return {json.loads(record)["body"] for record in pipeline.receive(pipeline.out, received)} | set(dead) == bodies

        eventually(all_there, seconds=60)
        eventually(lambda: pipeline.counts(pipeline.source) == [0, 0], seconds=10)


def test_disabled_it_leaves_messages_in_the_queue(client, unique):
    pipeline = QueuePipeline(client, unique)
    mapping = pipeline.map(Enabled=False)
    pipeline.sqs.send_message(QueueUrl=pipeline.source, MessageBody="x")
    time.sleep(0.3)
    assert pipeline.counts(pipeline.source) == [1, 0]
    pipeline.lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    eventually(lambda: pipeline.receive(pipeline.out, []), seconds=30)
