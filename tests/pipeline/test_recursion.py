"""Functions that call themselves for ever, in the ways that the SDK's trace header tells of, are stopped after 16 invocations, as on AWS."""

import json
import time

import pytest

from support.packages import zip_of
from support.server import eventually

ROLE = "arn:aws:iam::000000000000:role/any"
INVOCATIONS_MAX = 16

# All three count themselves in a queue of their own.
ASYNCHRONOUS = """
import json, os, boto3
sqs, functions = boto3.client("sqs"), boto3.client("lambda")
def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["COUNT"], MessageBody="one")
    functions.invoke(FunctionName=context.invoked_function_arn, InvocationType="Event", Payload=json.dumps(event))
"""

SYNCHRONOUS = """
import json, os, boto3
from botocore.config import Config
functions = boto3.client("lambda", config=Config(retries={"max_attempts": 0}))
def handler(event, context):
    try:
        answer = functions.invoke(FunctionName=context.invoked_function_arn, Payload=json.dumps(event))
    except functions.exceptions.ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"], 1]
    code, status, depth = json.load(answer["Payload"])
    return [code, status, depth + 1]
"""

BY_QUEUE = """
import os, boto3
sqs = boto3.client("sqs")
def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["COUNT"], MessageBody="one")
    sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody="again")
"""


@pytest.fixture
def lambdas(client):
    return client("lambda", read_timeout=60)


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def queue(sqs, unique):
    def make(name, **attributes):
        url = sqs.create_queue(QueueName=f"{unique}-{name}", Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return url, arn

    return make


@pytest.fixture
def create(lambdas, unique):
    def make(code, **variables):
        lambdas.create_function(FunctionName=unique, Role=ROLE, Code={"ZipFile": zip_of({"index.py": code})}, Timeout=30, Runtime="python3.12",
                                Handler="index.handler", Environment={"Variables": variables})
        return unique

    return make


def waiting(sqs, url):
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def test_an_event_goes_round_sixteen_times_and_then_to_its_failure_destination(lambdas, sqs, queue, create):
    count, _ = queue("count")
    failed, failed_arn = queue("failed")
    name = create(ASYNCHRONOUS, COUNT=count)
    lambdas.put_function_event_invoke_config(FunctionName=name, DestinationConfig={"OnFailure": {"Destination": failed_arn}})
    lambdas.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n": 1}')
    message = eventually(lambda: sqs.receive_message(QueueUrl=failed, WaitTimeSeconds=1).get("Messages"), 30)[0]
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RecursiveInvocation"
    assert record["requestPayload"] == {"n": 1}
    assert waiting(sqs, count) == INVOCATIONS_MAX


def test_a_call_goes_down_sixteen_times_and_is_refused(lambdas, create):
    answer = lambdas.invoke(FunctionName=create(SYNCHRONOUS), Payload=b"{}")
    assert json.load(answer["Payload"]) == ["RecursiveInvocationException", 400, INVOCATIONS_MAX]


def test_a_message_goes_round_sixteen_times_and_then_to_the_dead_letters(lambdas, sqs, queue, create):
    count, _ = queue("count")
    dead, dead_arn = queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    source, source_arn = queue("source", VisibilityTimeout="1", RedrivePolicy=redrive)
    name = create(BY_QUEUE, COUNT=count, QUEUE=source)
    lambdas.update_function_configuration(FunctionName=name, Timeout=1)
    lambdas.create_event_source_mapping(FunctionName=name, EventSourceArn=source_arn)
    sqs.send_message(QueueUrl=source, MessageBody="first")
    eventually(lambda: waiting(sqs, dead) == 1, 60)
    assert waiting(sqs, count) == INVOCATIONS_MAX


def test_who_may_recur_goes_on(lambdas, sqs, queue, create):
    count, _ = queue("count")
    name = create(ASYNCHRONOUS, COUNT=count)
    lambdas.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")
    lambdas.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    eventually(lambda: waiting(sqs, count) > 2 * INVOCATIONS_MAX, 30)
    lambdas.delete_function(FunctionName=name)
    time.sleep(0.2)
