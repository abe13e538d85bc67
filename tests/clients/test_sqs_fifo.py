"""SQS through boto3: FIFO queues, message move tasks, permissions."""

import json
import threading
import time

import pytest

from support.queues import bodies, receive, refused


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def queue(sqs, unique):
    """The URL of a queue named after the test."""
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def fifo(sqs, unique):
    """The URL of a FIFO queue named after the test."""
    url = sqs.create_queue(
        QueueName=unique + ".fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    )["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def test_a_fifo_queue_keeps_the_order_of_each_group(sqs, fifo):
    for number in range(30):
        entries = [
            {"Id": str(group), "MessageBody": f"{group}-{number}", "MessageGroupId": f"group-{group}"} for group in range(5)
        ]
        assert len(sqs.send_message_batch(QueueUrl=fifo, Entries=entries)["Successful"]) == 5
    seen = {}
    lock = threading.Lock()

    def consume():
        while messages := receive(sqs, fifo, WaitTimeSeconds=1, MaxNumberOfMessages=7):
            for message in messages:
                group, number = message["Body"].split("-")
                with lock:
                    seen.setdefault(group, []).append(int(number))
            handles = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)]
            assert "Failed" not in sqs.delete_message_batch(QueueUrl=fifo, Entries=handles)

    consumers = [threading.Thread(target=consume) for _ in range(4)]
    for consumer in consumers:
        consumer.start()
    for consumer in consumers:
        consumer.join()
    assert seen == {str(group): list(range(30)) for group in range(5)}


def test_a_fifo_queue_takes_a_message_once_also_after_a_kill(server, client_of):
    sqs = client_of(server, "sqs")
    url = sqs.create_queue(QueueName="once.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    message = {"QueueUrl": url, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    first = sqs.send_message(**message)
    received = receive(sqs, url, ReceiveRequestAttemptId="try")
    assert received[0]["Attributes"]["SequenceNumber"] == first["SequenceNumber"]
    sqs.send_message(**{**message, "MessageDeduplicationId": "e"})
    server.kill()
    server.start()
    sqs = client_of(server, "sqs")
    assert receive(sqs, url) == []
    again = receive(sqs, url, ReceiveRequestAttemptId="try")
    assert [m["ReceiptHandle"] for m in again] == [m["ReceiptHandle"] for m in received]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received[0]["ReceiptHandle"])
    repeated = sqs.send_message(**message)
    assert (repeated["MessageId"], repeated["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
    assert len(receive(sqs, url)) == 1


def test_a_move_task_brings_dead_letters_back(sqs, queue, unique):
    dead = sqs.create_queue(QueueName=unique + "-dead")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:000000000000:{unique}-dead"
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})
    for number in range(25):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    deadline = time.monotonic() + 20
    count = {"QueueUrl": dead, "AttributeNames": ["ApproximateNumberOfMessages"]}
    while sqs.get_queue_attributes(**count)["Attributes"]["ApproximateNumberOfMessages"] != "25":
        receive(sqs, queue)
        assert time.monotonic() < deadline
    handle = sqs.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=500)["TaskHandle"]
    assert handle
    while (task := sqs.list_message_move_tasks(SourceArn=arn)["Results"][0])["Status"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 25)
    assert "DestinationArn" not in task
    back = set()
    while messages := bodies(sqs, queue, VisibilityTimeout=60):
        back.update(messages)
    assert back == {str(number) for number in range(25)}
    assert refused(sqs.cancel_message_move_task, TaskHandle=handle)[1] == "Only active tasks can be cancelled."
    sqs.delete_queue(QueueUrl=dead)


def test_permissions(sqs, queue):
    sqs.add_permission(QueueUrl=queue, Label="both", AWSAccountIds=["123456789012", "210987654321"], Actions=["SendMessage", "*"])
    policy = json.loads(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]["Policy"])
    assert policy["Statement"][0]["Action"] == ["SQS:SendMessage", "SQS:*"]
    assert policy["Statement"][0]["Principal"] == {
        "AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"]
    }
    sqs.remove_permission(QueueUrl=queue, Label="both")
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])
