"""Clients that end while they wait: what comes afterwards is for others, and at once."""

import json
import socket
import ssl
import subprocess
import sys
import time

import pytest

from support.queues import receive
from support.server import Server

WAIT_SECONDS = 20
HEALTHY_SECONDS = 3


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def queue(sqs, unique):
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def request(target, version, **members):
    body = json.dumps(members)
    head = (f"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: {target}\r\n"
            f"Content-Type: application/x-amz-json-{version}\r\nContent-Length: {len(body)}\r\n\r\n")
    return (head + body).encode()


def long_poll(url):
    return request("AmazonSQS.ReceiveMessage", "1.0", QueueUrl=url, WaitTimeSeconds=WAIT_SECONDS, MaxNumberOfMessages=10)


def begin_poll(port, url, wrap=lambda raw: raw):
    connection = wrap(socket.create_connection(("127.0.0.1", port)))
    connection.sendall(long_poll(url))
    time.sleep(0.3)  # until it waits
    return connection


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    connection.close()


def is_received_at_once_by_another(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="for who is here")
    began = time.monotonic()
    messages = receive(sqs, queue, WaitTimeSeconds=5)
    assert time.monotonic() - began < HEALTHY_SECONDS
    assert [message["Body"] for message in messages] == ["for who is here"]
    assert messages[0]["Attributes"]["ApproximateReceiveCount"] == "1"


@pytest.mark.parametrize("go", [socket.socket.close, reset])
def test_a_closed_connection_takes_no_message(sqs, queue, shared_server, go):
    polls = [begin_poll(shared_server.port, queue) for _ in range(3)]
    for poll in polls:
        go(poll)
    time.sleep(0.2)
    is_received_at_once_by_another(sqs, queue)


def test_who_closes_only_its_side_is_answered_and_takes_no_message(sqs, queue, shared_server):
    poll = begin_poll(shared_server.port, queue)
    poll.shutdown(socket.SHUT_WR)
    poll.settimeout(HEALTHY_SECONDS)
    answer = b""
    while piece := poll.recv(4096):
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200 ") and b"Messages" not in answer
    is_received_at_once_by_another(sqs, queue)


def test_a_client_that_is_killed_takes_no_message(sqs, queue, shared_server):
    script = ("import boto3, sys\n"
              "sqs = boto3.client('sqs', endpoint_url=sys.argv[1], region_name='us-east-1',"
              " aws_access_key_id='test', aws_secret_access_key='test')\n"
              "print('waits', flush=True)\n"
              "sqs.receive_message(QueueUrl=sys.argv[2], WaitTimeSeconds=20)\n")
    with subprocess.Popen([sys.executable, "-c", script, shared_server.endpoint, queue], stdout=subprocess.PIPE) as poll:
        assert poll.stdout.readline() == b"waits\n"
        time.sleep(1)  # until its call waits
        assert poll.poll() is None
        poll.kill()
    time.sleep(0.2)
    is_received_at_once_by_another(sqs, queue)


@pytest.mark.parametrize("version", ["--http1.1", "--http2-prior-knowledge"])
def test_curl_that_gives_up(sqs, queue, shared_server, version):
    """Of HTTP/2 its stream and its connection go together."""
    done = subprocess.run(
        ["curl", "-sS", version, "--max-time", "1", "-H", "X-Amz-Target: AmazonSQS.ReceiveMessage",
         "-H", "Content-Type: application/x-amz-json-1.0", "-d", json.dumps({"QueueUrl": queue, "WaitTimeSeconds": WAIT_SECONDS}),
         shared_server.endpoint], capture_output=True, timeout=30)
    assert done.returncode == 28, done.stderr  # it ran out of time
    time.sleep(0.2)
    is_received_at_once_by_another(sqs, queue)


def test_a_subscriber_that_goes_before_its_stream_begins(client, shared_server, unique):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=unique)
    stream = kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis.register_stream_consumer(StreamARN=stream, ConsumerName="c")["Consumer"]["ConsumerARN"]
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=HEALTHY_SECONDS) as connection:
        connection.sendall(request("Kinesis_20131202.SubscribeToShard", "1.1", ConsumerARN=consumer, ShardId="0",
                                   StartingPosition={"Type": "LATEST"}))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass  # an empty event would come after five seconds, the end after five minutes


def test_over_tls(tmp_path, client_of):
    with Server(tmp_path / "data", "--tls", "--fsync", "never") as server:
        trust = ssl.create_default_context(cafile=server.data_dir / "tls" / "certificate.pem")
        sqs = client_of(server, "sqs")
        queue = sqs.create_queue(QueueName="over-tls")["QueueUrl"]
        begin_poll(server.port, queue, lambda raw: trust.wrap_socket(raw, server_hostname="localhost")).close()
        time.sleep(0.2)
        is_received_at_once_by_another(sqs, queue)
