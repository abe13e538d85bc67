"""What tests of queues do again and again."""

import botocore.exceptions
import pytest


def refused(call, **arguments):
    """(code, message) of the ClientError that the call must end in."""
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def code_ends_with(result, suffix):
    """boto3 shows the query protocol's code or the shape's name, by its age."""
    return result[0].split(".")[-1].removesuffix("Exception") == suffix


def receive(sqs, queue, **more):
    arguments = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "AttributeNames": ["All"], **more}
    return sqs.receive_message(QueueUrl=queue, **arguments).get("Messages", [])


def bodies(sqs, queue, **more):
    return [message["Body"] for message in receive(sqs, queue, **more)]
