"""Calls in the form of the newest version 2 of the AWS CLI, of which Debian has an older one: the core it shares with the newest boto3,
told the endpoint by the environment alone, with its user agent, binary values as base64, and a body announced with Expect."""

import base64
import http.client
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest

from support.cli import environment

USER_AGENT = "aws-cli/2.31.21 md/awscrt#0.28.2 ua/2.1 os/linux#6.12 md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython exec-env/EC2 cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#kinesis.put-record"
AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=000000000000/20261127/{region}/{service}/aws4_request, SignedHeaders=host, Signature=00"

FIRST_CALLS = """
import boto3, botocore.config, sys
config = botocore.config.Config(user_agent=%r)
def client(service): return boto3.client(service, region_name=%r, config=config)
client("kinesis").list_streams()
client("sqs").list_queues()
client("lambda").list_functions()
client("cloudformation").list_stacks()
client("logs").describe_log_groups()
client("iam").list_roles()
print(client("sts").get_caller_identity()["Account"])
"""


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"])
def test_every_service_is_found_by_the_environment_alone(endpoint, region):
    done = subprocess.run([sys.executable, "-c", FIRST_CALLS % (USER_AGENT, region)], env=environment(endpoint), capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "000000000000", done.stderr


def call(endpoint, method, path, body, headers, service, region="us-east-1"):
    """One request, byte for byte; returns status, headers and body, and whether the server said 100 before it got the body."""
    host = endpoint.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in {"User-Agent": USER_AGENT, "Authorization": AUTHORIZATION.format(region=region, service=service),
                        "Content-Length": str(len(body)), **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    asked_to_go_on = None
    if headers.get("Expect"):
        first = connection.sock.recv(64)
        asked_to_go_on = first.startswith(b"HTTP/1.1 100 ")
    connection.send(body)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read(), asked_to_go_on


def test_a_blob_is_base64_on_the_wire_both_ways(endpoint, unique, client):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    # `aws kinesis put-record --data aGVsbG8=`: version 2 takes base64, so this is "hello".
    body = json.dumps({"StreamName": unique, "Data": "aGVsbG8=", "PartitionKey": "k"}).encode()
    status, _, answer, _ = call(endpoint, "POST", "/", body, {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Kinesis_20131202.PutRecord"}, "kinesis")
    assert status == 200, answer
    iterator = kinesis.get_shard_iterator(StreamName=unique, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    assert kinesis.get_records(ShardIterator=iterator)["Records"][0]["Data"] == b"hello"
    # Not base64: version 2 says "Invalid base64" itself; what comes through all the same is refused.
    broken = json.dumps({"StreamName": unique, "Data": "hello!", "PartitionKey": "k"}).encode()
    status, headers, answer, _ = call(endpoint, "POST", "/", broken, {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Kinesis_20131202.PutRecord"}, "kinesis")
    assert status == 400 and json.loads(answer)["__type"].endswith("SerializationException"), answer


def test_a_large_body_is_announced_with_expect(endpoint, unique):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return event\n")
        archive.writestr("ballast.bin", os.urandom(3 << 20))
    body = json.dumps({"FunctionName": unique, "Runtime": "python3.13", "Handler": "index.handler", "Role": "arn:aws:iam::000000000000:role/any",
                       "Code": {"ZipFile": base64.b64encode(package.getvalue()).decode()}}).encode()
    status, _, answer, asked = call(endpoint, "POST", "/2015-03-31/functions", body, {"Content-Type": "application/json", "Expect": "100-continue"}, "lambda")
    assert asked and status == 201, answer
    status, headers, answer, _ = call(endpoint, "POST", f"/2015-03-31/functions/{unique}/invocations", b'{"a": 1}',
                                      {"X-Amz-Invocation-Type": "RequestResponse", "X-Amz-Log-Type": "Tail"}, "lambda")
    assert status == 200 and json.loads(answer) == {"a": 1} and headers["X-Amz-Log-Result"]
