"""What producers may say beside a message's body, through boto3."""

import pytest

from support.queues import code_ends_with, receive, refused

TEXT = {"DataType": "String", "StringValue": "v"}


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def queue(sqs, unique):
    """The URL of a queue named after the test."""
    return sqs.create_queue(QueueName=unique)["QueueUrl"]


def test_names_of_any_script(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="x", MessageAttributes={"attr.1øßä": TEXT, "b": TEXT})
    [message] = receive(sqs, queue, MessageAttributeNames=["*"])
    assert message["MessageAttributes"] == {"attr.1øßä": TEXT, "b": TEXT}
    wrong = refused(sqs.send_message, QueueUrl=queue, MessageBody="x", MessageAttributes={"§": TEXT})
    assert code_ends_with(wrong, "InvalidParameterValue")


@pytest.mark.parametrize("value, words", [
    (TEXT | {"StringValue": ""}, "Message (user) attribute 'a' must contain a non-empty value of type 'String'."),
    (TEXT | {"DataType": "Text"}, "The type of message (user) attribute 'a' is invalid. You must use only the following supported "
                                  "type prefixes: Binary, Number, String."),
])
def test_values_that_are_refused(sqs, queue, value, words):
    refusal = refused(sqs.send_message, QueueUrl=queue, MessageBody="x", MessageAttributes={"a": value})
    assert code_ends_with(refusal, "InvalidParameterValue")
    assert refusal[1] == words


def test_the_trace_of_a_request_is_its_messages(client, sqs, queue):
    def add_header(request, **_):
        request.headers["X-Amzn-Trace-Id"] = "Root=1-2"

    traced = client("sqs")
    traced.meta.events.register("before-send.sqs.SendMessage", add_header)
    sent = traced.send_message(QueueUrl=queue, MessageBody="x")
    assert "MD5OfMessageSystemAttributes" not in sent
    [message] = receive(sqs, queue)
    assert message["Attributes"]["AWSTraceHeader"] == "Root=1-2"
