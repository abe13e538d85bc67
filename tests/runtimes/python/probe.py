"""The probe in Python: what test_runtimes.py asks of every language. With Millrace's bootstrap, and with AWS's runtime interface client."""

import base64
import datetime
import os
import time

calls = 0


def handle(event, context):
    global calls
    calls += 1
    match event.get("do"):
        case "context":
            return {"request_id": context.aws_request_id, "arn": context.invoked_function_arn, "name": context.function_name, "calls": calls,
                    "deadline": int(time.time() * 1000) + context.get_remaining_time_in_millis(), "region": os.environ["AWS_REGION"]}
        case "fail":
            raise RuntimeError("failed as told")
        case "exit":
            os._exit(3)
        case "print":
            print("printed by the probe")
            return None
        case "large":
            return "x" * event["size"]
    if "Records" in event:
        print("records: " + ", ".join(map(say, event["Records"])))
        return None
    return event["text"]


def say(record):
    kinesis = record["kinesis"]
    arrived = datetime.datetime.fromtimestamp(kinesis["approximateArrivalTimestamp"], datetime.timezone.utc)
    return f"{kinesis['partitionKey']} {base64.b64decode(kinesis['data']).decode()} {arrived.year}"
