"""Calls that are under way, or come on open connections, while the server ends because it was asked to."""

import threading
import time

from aws_json import Api, CallError
from support.server import Server

MESSAGES = 10
DELAY = "delay=500ms"  # so that the call is under way when the server is asked to end


def end_during(tmp_path, operation, **arguments):
    """What the call was answered with, and how many messages the queue `q`, which had some, holds after the restart."""
    answers = []

    def call():
        try:
            answers.append(Api(server.port).sqs(operation, **arguments))
        except CallError as error:
            answers.append(error)

    with Server(tmp_path / "data") as server:
        api = Api(server.port)
        url = api.sqs("CreateQueue", QueueName="q")["QueueUrl"]
        for number in range(MESSAGES):
            api.sqs("SendMessage", QueueUrl=url, MessageBody=str(number))
        assert server.stop() == 0
        server.arguments = ("--fault", f"sqs:{operation} {DELAY}")
        server.start()
        calling = threading.Thread(target=call)
        calling.start()
        time.sleep(0.2)
        assert server.stop() == 0
        calling.join()
        server.start()
        attributes = Api(server.port).sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return answers[0], int(attributes["ApproximateNumberOfMessages"])


def test_a_queue_that_is_created_again_while_the_server_ends_keeps_its_messages(tmp_path):
    _, held = end_during(tmp_path, "CreateQueue", QueueName="q")
    assert held == MESSAGES


def test_a_server_that_ends_does_not_say_that_a_queue_does_not_exist(tmp_path):
    answer, _ = end_during(tmp_path, "GetQueueUrl", QueueName="q")
    assert isinstance(answer, dict) or answer.status >= 500, answer
