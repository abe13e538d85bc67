"""A run: clients at work while the server is killed and started again; at the end everything is received and deleted."""

import collections
import json
import random
import threading
import time

from aws_json import Api
from history.clients import Consumer, Producer
from history.events import OK, History, Queue, Restart
from history.recorder import Recorder

STANDSTILL_SECONDS_MAX = 30
CLEAN_STOPS = 0.2  # of the restarts


class Run:
    """`name` tells its queues from those of other runs on the same server."""

    def __init__(self, server, seed, name):
        self.server = server
        self.port = server.port
        self.seed = seed
        self.rng = random.Random(f"{seed}/{name}")
        self.history = History(wall_offset=time.time() - time.monotonic())
        self.counts = collections.Counter()
        self.lock = threading.Lock()
        for queue in (Queue(f"{name}-plain"), Queue(f"{name}-dead"), Queue(f"{name}-redriven", False, f"{name}-dead", 3),
                      Queue(f"{name}.fifo", True), Queue(f"{name}-dead.fifo", True),
                      Queue(f"{name}-redriven.fifo", True, f"{name}-dead.fifo", 2)):
            self._create(queue)
        self.clients = self._clients(name)

    def _create(self, queue):
        attributes = {"FifoQueue": "true"} if queue.fifo else {}
        if queue.dead_letters:
            arn = f"arn:aws:sqs:us-east-1:000000000000:{queue.dead_letters}"
            attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": queue.receives_max})
        Api(self.port).sqs("CreateQueue", QueueName=queue.name, Attributes=attributes)
        self.history.queues[queue.name] = queue

    def _clients(self, name):
        clients = []
        for queue in self.history.queues.values():
            if "-dead" in queue.name:
                clients.append(Consumer(self, queue, f"{queue.name}/consumer", patient=True))
                continue
            clients += [Producer(self, queue, f"{queue.name}/producer-{n}") for n in range(2)]
            clients += [Consumer(self, queue, f"{queue.name}/consumer-{n}") for n in range(3)]
        return clients

    def count(self, queue, more):
        with self.lock:
            self.counts[queue] += more

    def waiting(self, queue):
        return self.counts[queue]

    def work(self, seconds, kills):
        for client in self.clients:
            client.thread.start()
        end = time.monotonic() + seconds
        for kill in range(kills):
            left = end - time.monotonic()
            time.sleep(max(0.05, left / (kills - kill) * self.rng.uniform(0.2, 1.2)))
            self.restart(killed=self.rng.random() >= CLEAN_STOPS)
            with self.lock:
                self.counts.clear()  # they were estimates
        time.sleep(max(0.0, end - time.monotonic()))
        for client in self.clients:
            client.stopped = True
        for client in self.clients:
            client.stop()

    def restart(self, killed):
        start = time.monotonic()
        if killed:
            self.server.kill()
        else:
            status = self.server.stop()
            assert status == 0, f"ended with status {status} when it was asked to end"
        self.history.restarts.append(Restart(start, time.monotonic(), killed))
        self.server.start()

    def drain(self):
        """Receives and deletes all there is; once more after a last kill nothing must be there."""
        drains = [threading.Thread(target=self._drain, args=(queue,)) for queue in self.history.queues]
        self.draining = True
        for drain in drains:
            drain.start()
        left, since = self._left(), time.monotonic()
        while any(left.values()) and time.monotonic() < since + STANDSTILL_SECONDS_MAX:
            time.sleep(0.1)
            now = self._left()
            left, since = now, time.monotonic() if now != left else since
        self.draining = False
        for drain in drains:
            drain.join()
        self.restart(killed=True)
        self.history.left = self._left()
        for queue in self.history.queues:
            Recorder(self.history, self.port).receive(queue, 10, 0, 1)
        self.history.drained = True

    def _drain(self, queue):
        recorder = Recorder(self.history, self.port)
        while self.draining:
            receive = recorder.receive(queue, 10, 1, 5)
            if receive.outcome == OK and receive.messages:
                recorder.delete(queue, [message.handle for message in receive.messages])

    def _left(self):
        api = Api(self.port)
        left = {}
        for queue in self.history.queues:
            url = api.sqs("GetQueueUrl", QueueName=queue)["QueueUrl"]
            attributes = api.sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
            left[queue] = sum(int(attributes[f"ApproximateNumberOfMessages{state}"]) for state in ("", "NotVisible", "Delayed"))
        return left
