"""What mappings with MetricsConfig count, read as anybody reads it from CloudWatch."""

import datetime
import json
import pathlib
import tempfile

import pytest

from support.server import eventually

ROLE = "arn:aws:iam::000000000000:role/any"

# Fails whole batches of a stream that hold poison, and single messages of a queue.
FUNCTION = """
import base64
def handler(event, context):
    failures = []
    for record in event["Records"]:
        text = record["body"] if "body" in record else base64.b64decode(record["kinesis"]["data"]).decode()
        if "poison" in text and "kinesis" in record:
            raise ValueError(text)
        if "poison" in text:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
"""
STREAM_METRICS = ["PolledEventCount", "FilteredOutEventCount", "InvokedEventCount", "FailedInvokeEventCount", "DroppedEventCount",
                  "OnFailureDestinationDeliveredEventCount"]
QUEUE_METRICS = ["PolledEventCount", "FilteredOutEventCount", "InvokedEventCount", "FailedInvokeEventCount", "DeletedEventCount"]


@pytest.fixture
def function(client, unique):
    code = pathlib.Path(tempfile.mkdtemp(prefix=f"{unique}-"))
    code.joinpath("index.py").write_text(FUNCTION)
    client("lambda").create_function(FunctionName=unique, Runtime="python3.11", Handler="index.handler", Role=ROLE, Timeout=2,
                                     Code={"S3Bucket": "__local__", "S3Key": str(code)})
    return unique


@pytest.fixture
def counted(client):
    """The sum of each metric of a mapping; those without a value are left out."""
    cloudwatch = client("cloudwatch")

    def sums(uuid, metrics):
        now = datetime.datetime.now(datetime.UTC)
        found = {}
        for metric in metrics:
            points = cloudwatch.get_metric_statistics(
                Namespace="AWS/Lambda", MetricName=metric, Dimensions=[{"Name": "EventSourceMappingUUID", "Value": uuid}], Period=3600,
                StartTime=now - datetime.timedelta(minutes=30), EndTime=now + datetime.timedelta(minutes=5), Statistics=["Sum"])["Datapoints"]
            if points:
                assert [point["Unit"] for point in points] == ["Count"]
                found[metric] = points[0]["Sum"]
        return found

    return sums


def settles(read, expected):
    """Metrics come one after another; what is wrong shows in the end."""
    eventually(lambda: read() == expected, seconds=30)
    assert read() == expected


@pytest.mark.parametrize("told", [False, True], ids=["dropped", "destination"])
def test_a_stream_with_poison(client, function, counted, told):
    kinesis, sqs = client("kinesis"), client("sqs")
    kinesis.create_stream(StreamName=function, ShardCount=1)
    sqs.create_queue(QueueName=function)
    destination = {"OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:000000000000:{function}"}} if told else {}
    mapping = client("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=f"arn:aws:kinesis:us-east-1:000000000000:stream/{function}", StartingPosition="TRIM_HORIZON",
        BatchSize=1, MaximumRetryAttempts=2, DestinationConfig=destination, MetricsConfig={"Metrics": ["EventCount"]},
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"data": {"kind": ["good", "poison"]}})}]})
    assert mapping["MetricsConfig"] == {"Metrics": ["EventCount"]}
    for kind in ("good", "noise", "poison", "good", "noise"):
        kinesis.put_record(StreamName=function, PartitionKey="k", Data=json.dumps({"kind": kind}))
    expected = {"PolledEventCount": 5.0, "FilteredOutEventCount": 2.0, "InvokedEventCount": 5.0, "FailedInvokeEventCount": 3.0,
                "OnFailureDestinationDeliveredEventCount" if told else "DroppedEventCount": 1.0}
    settles(lambda: counted(mapping["UUID"], STREAM_METRICS), expected)
    client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


def test_a_queue_with_poison(client, function, counted):
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName=function, Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    mapping = client("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=f"arn:aws:sqs:us-east-1:000000000000:{function}", FunctionResponseTypes=["ReportBatchItemFailures"],
        MetricsConfig={"Metrics": ["EventCount"]}, FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": [{"anything-but": "noise"}]})}]})
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(["good", "noise", "poison", "good"])]
    sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    settles(lambda: counted(mapping["UUID"], QUEUE_METRICS),
            {"PolledEventCount": 4.0, "FilteredOutEventCount": 1.0, "InvokedEventCount": 3.0, "FailedInvokeEventCount": 1.0, "DeletedEventCount": 2.0})
    client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


def test_from_a_template_until_an_update_turns_it_off(client, function, counted):
    stacks, sqs = client("cloudformation"), client("sqs")
    properties = {"FunctionName": function, "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "MetricsConfig": {"Metrics": ["EventCount"]}}
    resources = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": function}},
                 "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}}

    def body():
        return json.dumps({"Resources": resources})

    stacks.create_stack(StackName=function, TemplateBody=body())
    stacks.get_waiter("stack_create_complete").wait(StackName=function, WaiterConfig={"Delay": 1})
    uuid = stacks.describe_stack_resource(StackName=function, LogicalResourceId="Mapping")["StackResourceDetail"]["PhysicalResourceId"]
    queue = sqs.get_queue_url(QueueName=function)["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="good")
    settles(lambda: counted(uuid, ["DeletedEventCount"]), {"DeletedEventCount": 1.0})
    del properties["MetricsConfig"]
    stacks.update_stack(StackName=function, TemplateBody=body())
    stacks.get_waiter("stack_update_complete").wait(StackName=function, WaiterConfig={"Delay": 1})
    assert "MetricsConfig" not in client("lambda").get_event_source_mapping(UUID=uuid)
    sqs.send_message(QueueUrl=queue, MessageBody="good")
    eventually(lambda: sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"] == "0", seconds=20)
    assert counted(uuid, ["DeletedEventCount"]) == {"DeletedEventCount": 1.0}
    stacks.delete_stack(StackName=function)
