"""Hands each Kinesis batch to a second, asynchronous invocation of itself, which sends it on. The stream is never held up by
the queue: its checkpoint moves as soon as the event is accepted."""

import base64
import json
import os

import boto3

EVENT_BYTES_MAX = 1024 * 1024
MESSAGE_BYTES_MAX = 1024 * 1024

lambda_client = boto3.client("lambda")
sqs = boto3.client("sqs")
queue_url = os.environ["QUEUE_URL"]


def hand_over(records, context):
    """The records to ourselves, in as few asynchronous events as their size allows."""
    payload = json.dumps({"Forwarded": records}).encode("utf-8")
    if len(payload) > EVENT_BYTES_MAX and len(records) > 1:
        middle = len(records) // 2
        return hand_over(records[:middle], context) + hand_over(records[middle:], context)
    lambda_client.invoke(FunctionName=context.invoked_function_arn, InvocationType="Event", Payload=payload)
    return 1


def send(texts):
    """One message when the array fits, else its halves."""
    body = "[" + ",".join(texts) + "]"
    if len(body.encode("utf-8")) > MESSAGE_BYTES_MAX and len(texts) > 1:
        middle = len(texts) // 2
        return send(texts[:middle]) + send(texts[middle:])
    sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    return 1


def lambda_handler(event, context):
    if "Records" in event:
        texts = [base64.b64decode(record["kinesis"]["data"]).decode("utf-8") for record in event["Records"]]
        events = hand_over(texts, context)
        print(f"{len(texts)} records handed over in {events} events")
        return {"batchItemFailures": []}
    messages = send(event["Forwarded"])
    print(f"{len(event['Forwarded'])} records in {messages} messages")
    return {"messages": messages}
