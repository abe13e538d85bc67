"""SIGKILL under a FIFO queue, again and again: each message is taken once, and each group keeps its order.

Each producer has a group and sends 0, 1, 2, ... to it; what a kill left unanswered it sends again, with the same
MessageDeduplicationId. Each consumer asks again, with the same ReceiveRequestAttemptId, for what a kill left unanswered. So a
consumer must see the next number of a group, or one whose deletion was not acknowledged. MILLRACE_KILLS sets the number of kills."""

import os
import threading
import time

from aws_json import Api
from crash.load import LOST_CONNECTION
from support.server import Server

KILLS = max(3, int(os.environ.get("MILLRACE_KILLS", "20")) // 4)
GROUPS = 3
CONSUMERS = 2
VISIBILITY_SECONDS = 5


class Group:
    def __init__(self, name):
        self.name = name
        self.next_send = 0
        self.next_delete = 0  # everything before is gone, acknowledged
        self.asked = 0  # deletions were asked for up to here
        self.lock = threading.Lock()

    def see(self, number):
        with self.lock:
            assert self.next_delete <= number <= self.asked, f"{self.name}: {number} of {self.next_delete}..{self.asked}"
            self.next_delete = number  # what is before it has gone
            self.asked = number + 1

    def gone(self, number):
        with self.lock:
            self.next_delete = max(self.next_delete, number + 1)


class Round:
    """Producers and consumers until the connection breaks, or everything sent has gone."""

    def __init__(self, port, groups, attempts):
        self.url = Api(port).sqs("GetQueueUrl", QueueName="work.fifo")["QueueUrl"]
        self.port = port
        self.groups = groups
        self.attempts = attempts  # of each consumer: number, the same again after a kill
        self.sending = True
        self.failures = []
        jobs = [(self.produce, group) for group in groups.values()] + [(self.consume, n) for n in range(CONSUMERS)]
        self.threads = [threading.Thread(target=self.run, args=job) for job in jobs]
        for thread in self.threads:
            thread.start()

    def join(self):
        self.sending = False
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures[0]

    def run(self, job, argument):
        try:
            job(Api(self.port, timeout=10), argument)
        except LOST_CONNECTION:
            pass
        except Exception as error:
            self.failures.append(error)

    def produce(self, api, group):
        while self.sending:
            number = group.next_send
            answer = api.sqs("SendMessage", QueueUrl=self.url, MessageBody=str(number), MessageGroupId=group.name,
                             MessageDeduplicationId=f"{group.name}-{number}")
            assert len(answer["SequenceNumber"]) == 20
            group.next_send += 1

    def consume(self, api, consumer):
        while self.sending or any(group.next_delete < group.next_send for group in self.groups.values()):
            attempt = f"{consumer}-{self.attempts[consumer]}"
            answer = api.sqs("ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=3, WaitTimeSeconds=1,
                             ReceiveRequestAttemptId=attempt, MessageSystemAttributeNames=["MessageGroupId"])
            for message in answer.get("Messages", []):
                group, number = self.groups[message["Attributes"]["MessageGroupId"]], int(message["Body"])
                group.see(number)
                api.sqs("DeleteMessage", QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                group.gone(number)
            self.attempts[consumer] += 1


def test_a_fifo_queue_keeps_order_and_takes_once_through_sigkill(tmp_path):
    server = Server(tmp_path / "data")
    server.start()
    groups = {f"g{n}": Group(f"g{n}") for n in range(GROUPS)}
    attempts = [0] * CONSUMERS
    try:
        Api(server.port).sqs("CreateQueue", QueueName="work.fifo",
                             Attributes={"FifoQueue": "true", "VisibilityTimeout": str(VISIBILITY_SECONDS)})
        for kill in range(KILLS):
            load = Round(server.port, groups, attempts)
            time.sleep(0.1 + kill % 5 * 0.1)
            server.kill()
            load.join()
            server.start()
        last = Round(server.port, groups, attempts)
        time.sleep(0.5)
        last.join()
        print({name: group.next_delete for name, group in groups.items()})
        for group in groups.values():
            assert group.next_delete == group.next_send > KILLS
    finally:
        server.stop()
