"""The AWS CLI, as people type it, in both its versions."""

import base64
import functools
import json
import zipfile

import pytest

from support import cli
from support.pipelines import FORWARDER
from support.server import eventually

INLINE = """
def handler(event, context):
    print("hello from", context.function_name)
    return {"got": event}
"""

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Batch: {Type: Number, Default: 10}
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Out: {Type: AWS::SQS::Queue}
""" + FORWARDER + """\
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt In.Arn, FunctionName: !Ref Fn, StartingPosition: TRIM_HORIZON, BatchSize: !Ref Batch}
Outputs:
  Stream: {Value: !Ref In}
  Queue: {Value: !Ref Out}
  Function: {Value: !Ref Fn}
"""


@pytest.fixture(params=[cli.AWS, cli.AWS_VERSION_2], ids=["version-1", "version-2"])
def aws(request):
    return functools.partial(cli.aws, program=request.param)


@pytest.fixture
def as_text(aws):
    """What version 2 must be told to take a blob as it is typed."""
    return ("--cli-binary-format", "raw-in-base64-out") if aws.keywords["program"] == cli.AWS_VERSION_2 else ()


def test_kinesis(aws, as_text, endpoint, unique):
    aws(endpoint, "kinesis", "create-stream", "--stream-name", unique, "--shard-count", 1)
    aws(endpoint, "kinesis", "wait", "stream-exists", "--stream-name", unique)
    put = aws(endpoint, "kinesis", "put-record", "--stream-name", unique, "--partition-key", "a", "--data", "grüße", *as_text)
    shard = put["ShardId"]
    iterator = aws(endpoint, "kinesis", "get-shard-iterator", "--stream-name", unique, "--shard-id", shard, "--shard-iterator-type",
                   "TRIM_HORIZON")["ShardIterator"]
    records = aws(endpoint, "kinesis", "get-records", "--shard-iterator", iterator)["Records"]
    assert base64.b64decode(records[0]["Data"]).decode() == "grüße"
    assert unique in aws(endpoint, "kinesis", "list-streams")["StreamNames"]


def test_sqs(aws, endpoint, unique):
    url = aws(endpoint, "sqs", "create-queue", "--queue-name", unique)["QueueUrl"]
    aws(endpoint, "sqs", "send-message", "--queue-url", url, "--message-body", "hello")
    message = aws(endpoint, "sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", 1)["Messages"][0]
    assert message["Body"] == "hello"
    aws(endpoint, "sqs", "delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])


def test_lambda_and_its_logs(aws, as_text, endpoint, unique, tmp_path):
    package = tmp_path / "function.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", INLINE)
    aws(endpoint, "lambda", "create-function", "--function-name", unique, "--runtime", "python3.12", "--handler", "index.handler",
        "--role", "arn:aws:iam::000000000000:role/any", "--zip-file", f"fileb://{package}")
    aws(endpoint, "lambda", "wait", "function-active-v2", "--function-name", unique)
    answer = tmp_path / "answer.json"
    invoked = aws(endpoint, "lambda", "invoke", "--function-name", unique, "--payload", json.dumps({"a": "ü"}), "--log-type", "Tail",
                  *as_text, answer)
    assert invoked["StatusCode"] == 200 and "FunctionError" not in invoked
    assert json.loads(answer.read_text()) == {"got": {"a": "ü"}}
    assert f"hello from {unique}" in base64.b64decode(invoked["LogResult"]).decode()
    group = f"/aws/lambda/{unique}"

    def tail():
        if aws.keywords["program"] == cli.AWS_VERSION_2:
            return aws(endpoint, "logs", "tail", group, "--since", "1h")
        events = aws(endpoint, "logs", "filter-log-events", "--log-group-name", group, "--interleaved", "--start-time", 0)["events"]
        return "".join(event["message"] + "\n" for event in events)

    eventually(lambda: f"hello from {unique}" in tail() and "REPORT RequestId" in tail())
    stream = aws(endpoint, "logs", "describe-log-streams", "--log-group-name", group)["logStreams"][0]["logStreamName"]
    events = aws(endpoint, "logs", "get-log-events", "--log-group-name", group, "--log-stream-name", stream, "--start-from-head")["events"]
    assert any("START RequestId" in event["message"] for event in events)


def test_a_template_by_deploy(aws, as_text, endpoint, unique, tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    deploy = ("cloudformation", "deploy", "--template-file", template, "--stack-name", unique, "--capabilities", "CAPABILITY_IAM")
    aws(endpoint, *deploy)
    stack = aws(endpoint, "cloudformation", "describe-stacks", "--stack-name", unique)["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    aws(endpoint, "kinesis", "put-record", "--stream-name", outputs["Stream"], "--partition-key", "k", "--data", "through the mill",
        *as_text)
    received = aws(endpoint, "sqs", "receive-message", "--queue-url", outputs["Queue"], "--wait-time-seconds", 20)
    assert received["Messages"][0]["Body"] == "through the mill"

    aws(endpoint, *deploy, "--parameter-overrides", "Batch=20")
    mappings = aws(endpoint, "lambda", "list-event-source-mappings", "--function-name", outputs["Function"])["EventSourceMappings"]
    assert [mapping["BatchSize"] for mapping in mappings] == [20]
    unchanged = aws(endpoint, *deploy, "--no-fail-on-empty-changeset", "--parameter-overrides", "Batch=20")
    assert "No changes to deploy" in str(unchanged)

    aws(endpoint, "cloudformation", "delete-stack", "--stack-name", unique)
    aws(endpoint, "cloudformation", "wait", "stack-delete-complete", "--stack-name", unique)
    assert outputs["Stream"] not in aws(endpoint, "kinesis", "list-streams")["StreamNames"]


def test_who_am_i(aws, endpoint):
    assert aws(endpoint, "sts", "get-caller-identity")["Account"] == "000000000000"
