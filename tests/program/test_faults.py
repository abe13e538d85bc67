"""Calls that fail on purpose, seen through boto3: its retries kick in, and their number is known beforehand."""

import json
import subprocess
import time
import urllib.error
import urllib.request

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config

from support.server import BINARY, Server

ENTRIES = 40
# What seed 7 strikes at 10 % of the first 40: as src/aws/faults/fault_rule_test.cc has it.
STRUCK_BY_SEED_7 = [1, 12, 21, 39]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("faults") / "data", "--fsync", "never") as running:
        client(running, "kinesis").create_stream(StreamName="orders", ShardCount=1)
        client(running, "kinesis").create_stream(StreamName="others", ShardCount=1)
        yield running


@pytest.fixture(autouse=True)
def no_faults_left(server):
    yield
    faults(server, "DELETE")


def client(server, service, attempts=5):
    config = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    return boto3.client(service, endpoint_url=server.endpoint, region_name="us-east-1", aws_access_key_id="000000000000",
                        aws_secret_access_key="test", config=config)


def faults(server, method, *rules, headers=None):
    body = json.dumps({"faults": rules}).encode() if method in ("PUT", "POST") else None
    request = urllib.request.Request(server.endpoint + "/_millrace/faults", body, headers or {"X-Millrace": "faults"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def put(kinesis, stream="orders", data=b"x"):
    return kinesis.put_record(StreamName=stream, PartitionKey="k", Data=data)


def count_records(kinesis, stream):
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")
    return len(kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"])


@pytest.mark.parametrize("effect, code, status", [
    ("throttle", "ProvisionedThroughputExceededException", 400), ("fail", "InternalFailure", 500), ("unavailable", "ServiceUnavailable", 503)])
def test_clients_retry_and_then_succeed_or_give_up(server, effect, code, status):
    faults(server, "PUT", f"kinesis:PutRecord stream=orders {effect}=100% times=2")
    done = put(client(server, "kinesis"))
    assert done["ResponseMetadata"]["RetryAttempts"] == 2
    faults(server, "PUT", f"kinesis:PutRecord stream=orders {effect}=100%")
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        put(client(server, "kinesis", attempts=2))
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert faults(server, "GET")[1]["faults"][0] | {"rule": ""} == {"rule": "", "calls": 2, "struck": 2}
    put(client(server, "kinesis", attempts=1), "others")


def test_each_service_throttles_in_its_own_words(server):
    faults(server, "PUT", "sqs:* throttle=100%", "lambda:* throttle=100%", "logs:* throttle=100%", "kinesis:ListStreams throttle=100%")
    calls = {("sqs", "list_queues"): "RequestThrottled", ("lambda", "list_functions"): "TooManyRequestsException",
             ("logs", "describe_log_groups"): "ThrottlingException", ("kinesis", "list_streams"): "LimitExceededException"}
    for (service, call), code in calls.items():
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            getattr(client(server, service, attempts=1), call)()
        assert refused.value.response["Error"]["Code"] == code


def test_records_of_put_records_fail_one_by_one_as_the_seed_says(server):
    kinesis = client(server, "kinesis", attempts=1)
    before = count_records(kinesis, "orders")
    records = [{"PartitionKey": str(i), "Data": b"x"} for i in range(ENTRIES)]
    for _ in range(2):
        faults(server, "PUT", "kinesis:PutRecords stream=orders throttle-entries=10% seed=7")
        answer = kinesis.put_records(StreamName="orders", Records=records)
        failed = [n for n, record in enumerate(answer["Records"], 1) if "ErrorCode" in record]
        assert failed == STRUCK_BY_SEED_7 and answer["FailedRecordCount"] == len(failed)
        assert {record["ErrorCode"] for record in answer["Records"] if "ErrorCode" in record} == {"ProvisionedThroughputExceededException"}
        assert all("SequenceNumber" in record for n, record in enumerate(answer["Records"], 1) if n not in failed)
    assert count_records(kinesis, "orders") - before == 2 * (ENTRIES - len(STRUCK_BY_SEED_7))
    faults(server, "PUT", "kinesis:PutRecords stream=orders fail-entries=100%")
    answer = kinesis.put_records(StreamName="orders", Records=records)
    assert answer["FailedRecordCount"] == ENTRIES and answer["Records"][0]["ErrorCode"] == "InternalFailure"


def test_entries_of_queue_batches_fail_one_by_one(server):
    sqs = client(server, "sqs", attempts=1)
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    faults(server, "PUT", "sqs:SendMessageBatch queue=jobs fail-entries=100% after=1 times=2")
    entries = [{"Id": str(i), "MessageBody": f"message {i}"} for i in range(4)]
    sent = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    assert [entry["Id"] for entry in sent["Failed"]] == ["1", "2"] and sent["Failed"][0]["Code"] == "InternalFailure"
    assert [entry["Id"] for entry in sent["Successful"]] == ["0", "3"]
    got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert sorted(message["Body"] for message in got) == ["message 0", "message 3"]
    faults(server, "PUT", "sqs:DeleteMessageBatch queue=jobs throttle-entries=100% times=1")
    handles = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(got)]
    deleted = sqs.delete_message_batch(QueueUrl=queue, Entries=handles)
    assert [entry["Code"] for entry in deleted["Failed"]] == ["RequestThrottled"] and len(deleted["Successful"]) == 1


def test_a_lost_reply_makes_the_client_send_twice(server):
    kinesis = client(server, "kinesis")
    before = count_records(kinesis, "others")
    faults(server, "PUT", "kinesis:PutRecord stream=others lose-reply=100% times=1")
    assert put(kinesis, "others")["ResponseMetadata"]["RetryAttempts"] == 1
    assert count_records(kinesis, "others") - before == 2, "the first one had its effect"
    faults(server, "PUT", "kinesis:PutRecord stream=others drop=100% times=1")
    assert put(kinesis, "others")["ResponseMetadata"]["RetryAttempts"] == 1
    assert count_records(kinesis, "others") - before == 3, "the first one had none"


def test_a_delay_holds_up_its_own_calls_only(server):
    kinesis = client(server, "kinesis", attempts=1)
    faults(server, "PUT", "kinesis:PutRecord stream=orders delay=600ms")
    begin = time.monotonic()
    put(kinesis)
    assert time.monotonic() - begin >= 0.6
    assert faults(server, "GET")[1]["faults"][0]["struck"] == 1


def test_a_shard_iterator_names_its_stream(server):
    kinesis = client(server, "kinesis", attempts=1)
    faults(server, "PUT", "kinesis:GetRecords stream=orders throttle=100%")
    count_records(kinesis, "others")
    with pytest.raises(kinesis.exceptions.ProvisionedThroughputExceededException):
        count_records(kinesis, "orders")


def test_what_is_no_fault_is_refused_and_changes_nothing(server):
    faults(server, "PUT", "sqs:* fail=1%")
    assert faults(server, "POST", "sqs:* fail=101%")[0] == 400
    status, answer = faults(server, "POST", "sqs:SendMessages fail=1%")
    assert status == 400 and "no operation of sqs" in answer["message"]
    assert faults(server, "PUT", 7)[0] == 400
    assert faults(server, "PUT", "sqs:* fail=1%", headers={"Content-Type": "text/plain"})[0] == 403
    assert [fault["rule"] for fault in faults(server, "GET")[1]["faults"]] == ["sqs:* fail=1% seed=1"]


def test_the_flag_sets_them_and_says_so(tmp_path):
    with Server(tmp_path / "data", "--fault", "kinesis:* fail=100%", "--fault", "sqs:* drop=5%") as server:
        assert len(faults(server, "GET")[1]["faults"]) == 2
        assert [line for line in server.lines if line.get("fault") == "kinesis:* fail=100% seed=1"]
    done = subprocess.run([BINARY, "serve", "--fault", "kinesis:* fail=lots"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "no share" in done.stderr


def test_the_command_lists_sets_and_clears(server):
    def faults_command(*arguments):
        return subprocess.run([BINARY, "faults", *arguments, "--endpoint-url", server.endpoint], capture_output=True, text=True, timeout=20)
    assert "kinesis:* drop=1% seed=1" in faults_command("--set", "kinesis:* drop=1%").stdout
    assert "sqs:* drop=1% seed=1" in faults_command("--add", "sqs:* drop=1%").stdout
    assert len(json.loads(faults_command("--json").stdout)["faults"]) == 2
    refused = faults_command("--set", "sqs:* drop=1")
    assert refused.returncode == 1 and "no share" in refused.stderr
    assert faults_command("--clear").stdout.strip() == "no faults"
