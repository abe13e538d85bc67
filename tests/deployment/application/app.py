"""Sends each record of a stream on to a queue, with what it was deployed with."""

import base64
import os

import boto3

VERSION = "one"

sqs = boto3.client("sqs")


def handler(event, context):
    for record in event["Records"]:
        text = base64.b64decode(record["kinesis"]["data"]).decode()
        sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=f"{VERSION} {os.environ['GREETING']}: {text}")
