"""A boto3 of 2022, which speaks the Query protocol to SQS: the life of a queue and its messages. usage: query_pipeline.py ENDPOINT NAME"""

import json
import sys
import time

import boto3
import botocore.config
import botocore.exceptions

endpoint, name = sys.argv[1:]
options = {"region_name": "eu-west-1", "endpoint_url": endpoint, "aws_access_key_id": "123456789012", "aws_secret_access_key": "test"}
sqs = boto3.client("sqs", config=botocore.config.Config(retries={"max_attempts": 1}), **options)
BODY = "a & b <c> \"d\" 'e'\r\n\tü 🐟 %2B+"


def code_of(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("it was not refused")


def queues():
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert arn == f"arn:aws:sqs:eu-west-1:123456789012:{name}-dead"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    url = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "30"}, tags={"k": "v & w"})["QueueUrl"]
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    assert sqs.list_queues(QueueNamePrefix=name)["QueueUrls"] == [url, dead]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"k": "v & w"}
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=name, PaginationConfig={"PageSize": 1})
    assert [page["QueueUrls"] for page in pages] == [[url], [dead]]
    return url, dead


def messages(url):
    attributes = {"text": {"DataType": "String", "StringValue": "ü & <x>"}, "raw": {"DataType": "Binary.gz", "BinaryValue": b"\0\xff&"},
                  "n": {"DataType": "Number", "StringValue": "1.50"}}
    # This boto3 checks the MD5 of what it sends and receives.
    sent = sqs.send_message(QueueUrl=url, MessageBody=BODY, MessageAttributes=attributes)
    [message] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"], WaitTimeSeconds=1)["Messages"]
    assert (message["MessageId"], message["Body"], message["MessageAttributes"]) == (sent["MessageId"], BODY, attributes)
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    [again] = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]
    assert again["Attributes"] == {"ApproximateReceiveCount": "2"}
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])


def batches(url):
    entries = [{"Id": f"m{n}", "MessageBody": f"{n} {BODY}", "DelaySeconds": n % 2} for n in range(9)]
    answer = sqs.send_message_batch(QueueUrl=url, Entries=[*entries, {"Id": "wrong", "MessageBody": "x", "DelaySeconds": 901}])
    assert [entry["Id"] for entry in answer["Successful"]] == [entry["Id"] for entry in entries]
    [failed] = answer["Failed"]
    assert (failed["Id"], failed["SenderFault"]) == ("wrong", True)
    found = {}
    deadline = time.monotonic() + 5
    while len(found) < 9 and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages", []):
            found[message["Body"]] = message["ReceiptHandle"]
    assert set(found) == {entry["MessageBody"] for entry in entries}
    handles = [{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate(found.values())]
    changed = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{**handle, "VisibilityTimeout": 60} for handle in handles])
    assert len(changed["Successful"]) == 9 and "Failed" not in changed
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=[*handles, {"Id": "wrong", "ReceiptHandle": "none"}])
    assert len(answer["Successful"]) == 9 and [entry["Code"] for entry in answer["Failed"]] == ["ReceiptHandleIsInvalid"]


def dead_letters(url, dead):
    sent = sqs.send_message(QueueUrl=url, MessageBody="bad")
    for _ in range(2):
        assert sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    [letter] = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=2)["Messages"]
    assert letter["MessageId"] == sent["MessageId"]


def fifo():
    url = sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    sent = [sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body) for body in "aba"]
    assert sent[0]["MessageId"] == sent[2]["MessageId"] and sent[0]["SequenceNumber"] < sent[1]["SequenceNumber"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert [(message["Body"], message["Attributes"]["SequenceNumber"]) for message in found] == list(zip("ab", (s["SequenceNumber"] for s in sent)))


def errors(url):
    assert code_of(sqs.get_queue_url, QueueName="none") == "AWS.SimpleQueueService.NonExistentQueue"
    entries = [{"Id": "same", "MessageBody": "x"}] * 2
    assert code_of(sqs.send_message_batch, QueueUrl=url, Entries=entries) == "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
    assert code_of(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11) == "InvalidParameterValue"
    try:
        sqs.delete_queue(QueueUrl=url + "x")
        raise AssertionError("it was not refused")
    except sqs.exceptions.QueueDoesNotExist as error:
        assert "The specified queue does not exist" in str(error)


assert sqs.meta.service_model.metadata["protocol"] == "query"
url, dead = queues()
messages(url)
batches(url)
dead_letters(url, dead)
fifo()
errors(url)
sqs.delete_queue(QueueUrl=url)
print("ok")
