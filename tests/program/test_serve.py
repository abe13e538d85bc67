"""The program as its user starts it: ready line, health, signals, refusals in one sentence."""

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from aws_json import Api, CallError, blob
from support.server import BINARY, Server, eventually, free_port


def get(url, method="GET"):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def refused(*arguments, **options):
    """Runs `millrace serve`, which must refuse; returns what it says on stderr."""
    done = subprocess.run([BINARY, "serve", *map(str, arguments)], capture_output=True, text=True, timeout=20, **options)
    assert done.returncode not in (0, -signal.SIGABRT, -signal.SIGSEGV)
    assert done.stderr.strip() and done.stderr.strip().count("\n") == 0, f"one sentence, please: {done.stderr!r}"
    return done.stderr


def test_ready_line_health_and_a_clean_end(tmp_path):
    server = Server(tmp_path / "data").start()
    ready = [line for line in server.lines if line.get("message") == "ready"]
    assert len(ready) == 1 and ready[0]["endpoint"] == server.endpoint
    status, body = get(server.endpoint + "/_millrace/health")
    assert status == 200 and json.loads(body)["status"] == "ok"
    assert server.stop() == 0
    assert not server.errors


def test_sigterm_while_a_long_poll_and_a_function_wait(tmp_path, client_of):
    server = Server(tmp_path / "data").start()
    api = Api(server.port)
    url = api.sqs("CreateQueue", QueueName="q")["QueueUrl"]
    poll = subprocess.Popen(["python3", "-c", f"""
import sys; sys.path.insert(0, {str(pathlib.Path(__file__).parents[2] / 'scripts')!r})
from aws_json import Api
Api({server.port}).sqs("ReceiveMessage", QueueUrl={url!r}, WaitTimeSeconds=20)"""], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 5
    poll.wait(timeout=25)


def test_reset_only_when_allowed(tmp_path):
    with Server(tmp_path / "closed") as server:
        status, body = get(server.endpoint + "/_millrace/reset", "POST")
        assert status == 403 and b"--allow-reset" in body
    with Server(tmp_path / "open", "--allow-reset") as server:
        api = Api(server.port)
        api.kinesis("CreateStream", StreamName="s", ShardCount=1)
        api.sqs("CreateQueue", QueueName="q")
        began = time.monotonic()
        status, _ = get(server.endpoint + "/_millrace/reset", "POST")
        assert status == 200 and time.monotonic() - began < 0.1
        assert api.kinesis("ListStreams")["StreamNames"] == []
        assert api.sqs("ListQueues").get("QueueUrls", []) == []
        api.kinesis("CreateStream", StreamName="s", ShardCount=1)
        server.kill()
        server.start()
        api = Api(server.port)
        assert api.kinesis("ListStreams")["StreamNames"] == ["s"]


def test_the_ready_line_comes_at_every_log_level(tmp_path):
    with Server(tmp_path / "data", "--log-level", "error") as server:
        server.wait_for_line(lambda line: line.get("message") == "ready")


def test_port_in_use(server, tmp_path):
    said = refused("--port", server.port, "--data-dir", tmp_path / "other")
    assert str(server.port) in said and "--port" in said


def test_data_directory_in_use(server):
    said = refused("--port", free_port(), "--data-dir", server.data_dir)
    assert str(server.data_dir) in said and "in use" in said


def test_data_directory_that_is_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    assert str(path) in refused("--port", free_port(), "--data-dir", path)


def test_read_only_data_directory(tmp_path):
    mount = tmp_path / "mount"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("needs root and mount(8) for a read-only file system")
    try:
        said = refused("--port", free_port(), "--data-dir", mount / "data")
        assert "Read-only" in said and str(mount) in said
        subprocess.run(["mount", "-o", "remount,rw", mount], check=True)
        (mount / "data").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        assert "Read-only" in refused("--port", free_port(), "--data-dir", mount / "data")
    finally:
        subprocess.run(["umount", mount], check=True)


def test_listening_beyond_loopback_needs_a_word(tmp_path):
    for host in ("0.0.0.0", "127.example.com"):
        said = refused("--host", host, "--port", free_port(), "--data-dir", tmp_path / "data")
        assert "--allow-unauthenticated" in said
        assert not (tmp_path / "data").exists(), "a refusal leaves nothing behind"


def test_limits_as_aws_has_them(tmp_path, client_of):
    with Server(tmp_path / "data", "--limits", "aws") as server:
        kinesis = client_of(server, "kinesis")
        kinesis.create_stream(StreamName="s", ShardCount=1)
        kinesis.put_record(StreamName="s", Data=b"x" * (2**20 - 1), PartitionKey="k")
        answer = kinesis.put_records(StreamName="s", Records=[{"Data": b"x" * 1_000_000, "PartitionKey": "k"}] * 2)
        assert answer["FailedRecordCount"] >= 1
        assert answer["Records"][-1]["ErrorCode"] == "ProvisionedThroughputExceededException"
        with pytest.raises(kinesis.exceptions.LimitExceededException, match="^An error .* Rate exceeded for account 000000000000.$"):
            for _ in range(10):
                kinesis.describe_limits()


@pytest.mark.parametrize("flag, right", [("--prot", "--port"), ("--data_dir", "--data-dir"), ("--fsnc", "--fsync")])
def test_a_wrong_flag_names_the_right_one(flag, right):
    done = subprocess.run([BINARY, "serve", flag, "1"], capture_output=True, text=True, timeout=10)
    assert done.returncode != 0 and right in done.stderr


def test_full_disk_refuses_and_recovers(tmp_path):
    mount = tmp_path / "mount"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("needs root and mount(8) for a small file system")
    ballast = mount / "ballast"
    try:
        with Server(mount / "data") as server:
            api = Api(server.port)
            api.kinesis("CreateStream", StreamName="s", ShardCount=1)
            ballast.write_bytes(b"x" * (12 << 20))
            kept = []

            def put():
                kept.append(api.kinesis("PutRecord", StreamName="s", Data=blob("x" * 500_000), PartitionKey="k")["SequenceNumber"])

            with pytest.raises(CallError) as full:
                for _ in range(100):
                    put()
            assert full.value.status >= 500
            assert len(kept) > 1, "what fits is taken"
            status, body = get(server.endpoint + "/_millrace/health")
            assert json.loads(body)["status"] != "ok"
            ballast.unlink()

            def goes_on():
                try:
                    put()
                    return True
                except CallError:
                    return False

            eventually(goes_on, seconds=10)
            server.kill()
            server.start()
            api = Api(server.port)
            iterator = api.kinesis("GetShardIterator", StreamName="s", ShardId="shardId-000000000000",
                                   ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            found = []
            while True:
                answer = api.kinesis("GetRecords", ShardIterator=iterator)
                found += [record["SequenceNumber"] for record in answer["Records"]]
                iterator = answer["NextShardIterator"]
                if not answer["Records"] and not answer["MillisBehindLatest"]:
                    break
            assert [number for number in found if number in kept] == kept
    finally:
        subprocess.run(["umount", mount], check=True)


FUNCTION_THAT_CALLS_BACK = """
import json, os, urllib.request
import boto3

def handler(event, context):
    url = os.environ["AWS_ENDPOINT_URL"]
    with urllib.request.urlopen(url + "/_millrace/health", timeout=5) as answer:
        health = json.load(answer)["status"]
    return {"url": url, "health": health, "queues": boto3.client("sqs").list_queues().get("QueueUrls", [])}
"""


def create_function(functions, name, code, tmp_path, **more):
    """A Python function from a folder."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "index.py").write_text(code)
    functions.create_function(FunctionName=name, Runtime="python3.12", Handler="index.handler", Role="arn:aws:iam::000000000000:role/any",
                              Code={"S3Bucket": "__local__", "S3Key": str(folder)}, **more)


def ready_endpoint(server):
    return server.wait_for_line(lambda line: line.get("message") == "ready")["endpoint"]


def test_port_0_functions_are_told_the_port_that_was_taken(tmp_path, client_of):
    server = Server(tmp_path / "data", port=0)
    with server:
        server.endpoint = ready_endpoint(server)
        port = int(server.endpoint.rpartition(":")[2])
        assert port != 0
        queue = client_of(server, "sqs").create_queue(QueueName="q")["QueueUrl"]
        assert f":{port}/" in queue
        functions = client_of(server, "lambda")
        create_function(functions, "caller", FUNCTION_THAT_CALLS_BACK, tmp_path)
        answer = json.load(functions.invoke(FunctionName="caller", Payload=b"{}")["Payload"])
        assert answer == {"url": f"http://127.0.0.1:{port}", "health": "ok", "queues": [queue]}


@pytest.mark.parametrize("host, written, told", [("127.0.0.2", "127.0.0.2", "127.0.0.2"), ("::1", "[::1]", "[::1]"), ("localhost", "localhost", "127.0.0.1")])
def test_functions_reach_the_host_that_was_given(tmp_path, client_of, host, written, told):
    server = Server(tmp_path / "data", "--host", host)
    with server:
        server.endpoint = ready_endpoint(server)
        assert server.endpoint == f"http://{written}:{server.port}"
        functions = client_of(server, "lambda")
        create_function(functions, "caller", FUNCTION_THAT_CALLS_BACK, tmp_path)
        answer = json.load(functions.invoke(FunctionName="caller", Payload=b"{}")["Payload"])
        assert answer == {"url": f"http://{told}:{server.port}", "health": "ok", "queues": []}


TALKER = """
import time, uuid

def handler(event, context):
    run = uuid.uuid4().hex
    for n in range(100_000):
        print(run, n, flush=True)
        time.sleep(0.0005)
"""


def test_what_functions_printed_is_in_their_log_group_after_sigterm(tmp_path, client_of):
    with Server(tmp_path / "data") as server:
        functions = client_of(server, "lambda")
        create_function(functions, "talker", TALKER, tmp_path, Timeout=60)
        functions.invoke(FunctionName="talker", InvocationType="Event", Payload=b"{}")
        for _ in range(3):  # the invocation did not finish, so each start runs it again
            server.wait_for_line(lambda line: line.get("function") == "talker" and line["message"].endswith(" 50"))
            assert server.stop() == 0
            printed = server.function_lines("talker")
            server.lines.clear()
            server.start()
            pages = client_of(server, "logs").get_paginator("filter_log_events").paginate(logGroupName="/aws/lambda/talker")
            kept = {event["message"] for page in pages for event in page["events"]}
            missing = [line for line in printed if line not in kept]
            assert len(printed) > 50
            assert not missing, f"{len(missing)} of {len(printed)} lines, {missing[:3]}"
