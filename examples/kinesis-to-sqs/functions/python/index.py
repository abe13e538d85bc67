"""Reads a Kinesis batch, joins the records into JSON-array messages up to the SQS limit, sends them in batches, and reports
the records that failed, so that only those are delivered again."""

import base64
import json
import os

import boto3

MESSAGE_BYTES_MAX = 1024 * 1024
BATCH_ENTRIES_MAX = 10

sqs = boto3.client("sqs")
queue_url = os.environ["QUEUE_URL"]


def join(records):
    """Messages as (body, sequence numbers inside), and the sequence numbers of records that no message can hold."""
    messages, failed = [], []
    texts, numbers, size = [], [], 0
    for record in records:
        number = record["kinesis"]["sequenceNumber"]
        try:
            text = base64.b64decode(record["kinesis"]["data"]).decode("utf-8")
            json.loads(text)
        except ValueError:
            failed.append(number)
            continue
        length = len(text.encode("utf-8"))
        if length + 2 > MESSAGE_BYTES_MAX:
            failed.append(number)
            continue
        if texts and size + 1 + length + 1 > MESSAGE_BYTES_MAX:
            messages.append(("[" + ",".join(texts) + "]", numbers))
            texts, numbers, size = [], [], 0
        size += 1 + length
        texts.append(text)
        numbers.append(number)
    if texts:
        messages.append(("[" + ",".join(texts) + "]", numbers))
    return messages, failed


def batches(messages):
    """Up to ten messages, and up to the size limit together."""
    batch, size = [], 0
    for message in messages:
        length = len(message[0].encode("utf-8"))
        if batch and (len(batch) == BATCH_ENTRIES_MAX or size + length > MESSAGE_BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch


def lambda_handler(event, context):
    messages, failed = join(event["Records"])
    for batch in batches(messages):
        entries = [{"Id": str(i), "MessageBody": body} for i, (body, _) in enumerate(batch)]
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
        for failure in answer.get("Failed", []):
            print(f"message {failure['Id']} refused: {failure.get('Message')}")
            failed.extend(batch[int(failure["Id"])][1])
    print(f"{len(event['Records'])} records in {len(messages)} messages, {len(failed)} failed")
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
