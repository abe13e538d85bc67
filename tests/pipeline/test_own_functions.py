"""A pipeline as somebody brings it along: a stack by `aws cloudformation deploy`, a zip by `aws lambda create-function`, a mapping, records by
boto3. The functions do what functions do: log through logging and console, and send with what their language has."""

import json
import subprocess

import pytest

from support.cli import aws
from support.packages import zip_of
from support.pipelines import ROLE
from support.server import eventually

TEMPLATE = """
Parameters: {Stage: {Type: String}}
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
  Out: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: stage, Value: !Ref Stage}]}}
""" + ROLE + """\
Outputs:
  In: {Value: !Ref In}
  InArn: {Value: !GetAtt In.Arn}
  Out: {Value: !Ref Out}
  Role: {Value: !GetAtt Role.Arn}
"""

PYTHON = """
import base64, json, logging, os
import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)
sqs = boto3.client("sqs")

def run(event, context):
    for record in event["Records"]:
        body = base64.b64decode(record["kinesis"]["data"]).decode()
        logger.info("forwarding %s", body)
        sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=body)
    return {"count": len(event["Records"])}
"""

NODE = """
export const run = async (event, context) => {
  for (const record of event.Records) {
    const body = Buffer.from(record.kinesis.data, "base64").toString();
    console.log("forwarding", body);
    const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
      method: "POST",
      headers: {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"},
      body: JSON.stringify({QueueUrl: process.env.OUT, MessageBody: body}),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return event.Records.length;
};
"""

SHELL = """#!/bin/sh
# A custom runtime with nothing but a shell, curl and base64.
set -eu
api="http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation"
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
while :; do
    event=$(curl -sS -D "$headers" "$api/next")
    id=$(sed -n 's/^lambda-runtime-aws-request-id: *//Ip' "$headers" | tr -d '\\r\\n')
    for data in $(printf %s "$event" | tr ',{}' '\\n\\n\\n' | sed -n 's/^"data": *"\\(.*\\)"$/\\1/p'); do
        body=$(printf %s "$data" | base64 -d)
        echo "forwarding $body"
        curl -sSf "$AWS_ENDPOINT_URL" -H "Content-Type: application/x-amz-json-1.0" -H "X-Amz-Target: AmazonSQS.SendMessage" \\
            -d "{\\"QueueUrl\\": \\"$OUT\\", \\"MessageBody\\": \\"$body\\"}" >/dev/null
    done
    curl -sS "$api/$id/response" -d '"done"' >/dev/null
done
"""

FUNCTIONS = {
    "python": ("python3.12", "app.main.run", {"app/main.py": PYTHON, "app/__init__.py": ""}),
    "node": ("nodejs22.x", "main.run", {"main.mjs": NODE}),
    "shell": ("provided.al2023", "not.used", {"bootstrap": SHELL}),
}


def pack(path, files, mode=0o755):
    path.write_bytes(zip_of(files, mode))
    return f"fileb://{path}"


@pytest.mark.parametrize("language", FUNCTIONS)
def test_records_go_through_a_function_of_ones_own(endpoint, unique, client, tmp_path, language):
    if language == "node" and int(subprocess.run(["node", "--version"], capture_output=True, text=True).stdout[1:].split(".")[0] or 0) < 18:
        pytest.skip("fetch came with Node.js 18")
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    aws(endpoint, "cloudformation", "deploy", "--template-file", tmp_path / "template.yaml", "--stack-name", unique, "--parameter-overrides", "Stage=test",
        "--capabilities", "CAPABILITY_IAM", "--tags", "team=mill", "stage=stack")
    stack = aws(endpoint, "cloudformation", "describe-stacks", "--stack-name", unique)["Stacks"][0]
    out = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert client("sqs").list_queue_tags(QueueUrl=out["Out"])["Tags"] == {"stage": "test", "team": "mill"}, "the resource's own tag wins"

    runtime, handler, files = FUNCTIONS[language]
    aws(endpoint, "lambda", "create-function", "--function-name", unique, "--runtime", runtime, "--handler", handler, "--role", out["Role"],
        "--zip-file", pack(tmp_path / "code.zip", files), "--timeout", 30, "--environment", json.dumps({"Variables": {"OUT": out["Out"]}}))
    aws(endpoint, "lambda", "create-event-source-mapping", "--function-name", unique, "--event-source-arn", out["InArn"], "--starting-position", "TRIM_HORIZON",
        "--batch-size", 7)
    sent = [f"record-{n}" for n in range(40)]
    kinesis = client("kinesis")
    for start in range(0, len(sent), 10):
        kinesis.put_records(StreamName=out["In"], Records=[{"Data": body, "PartitionKey": body} for body in sent[start:start + 10]])
    sqs, received = client("sqs"), []

    def all_there():
        for message in sqs.receive_message(QueueUrl=out["Out"], MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            received.append(message["Body"])
            sqs.delete_message(QueueUrl=out["Out"], ReceiptHandle=message["ReceiptHandle"])
        return set(received) >= set(sent)

    eventually(all_there, seconds=60)
    assert sorted(received) == sorted(sent), "each once: nothing failed on the way"

    def logged():
        events = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{unique}", filterPattern="forwarding")["events"]
        return len(events) == len(sent) and events

    events = eventually(logged)
    if language == "python":
        assert all(event["message"].startswith("[INFO]\t") for event in events)


def test_a_bootstrap_packed_without_its_mode_is_refused_as_on_aws(endpoint, unique, tmp_path):
    aws(endpoint, "lambda", "create-function", "--function-name", unique, "--runtime", "provided.al2023", "--handler", "x",
        "--role", "arn:aws:iam::000000000000:role/any", "--zip-file", pack(tmp_path / "code.zip", {"bootstrap": SHELL}, mode=0o644))
    answer = tmp_path / "answer.json"
    assert aws(endpoint, "lambda", "invoke", "--function-name", unique, answer)["FunctionError"] == "Unhandled"
    said = json.loads(answer.read_text())
    assert said["errorType"] == "Runtime.InvalidEntrypoint" and "permission denied" in said["errorMessage"]
