"""Sends each record's id to a queue, and fails at the first record that says poison."""

import base64
import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    for record in event["Records"]:
        content = json.loads(base64.b64decode(record["kinesis"]["data"]))
        if content.get("poison"):
            raise ValueError("poison")
        sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=str(content["id"]))
