"""What the clients of the workload do: producers, and consumers that delete, give back, extend, come too late or forget."""

import heapq
import itertools
import random
import threading
import time

from history.events import OK, UNKNOWN
from history.recorder import NotConnected, Recorder

WAITING_MAX = 200  # messages of a queue, about: producers wait for consumers
GROUPS = 6
BATCH_MAX = 10
RESEND_SECONDS = 60  # well within the five minutes of deduplication
CONSUMER_VISIBILITIES = (1, 1, 2)
EXTENSIONS = (1, 2, 3)


class Client:
    """A thread that takes one step after the other, through restarts of the server."""

    def __init__(self, run, queue, name):
        self.run = run
        self.queue = queue
        self.name = name
        self.rng = random.Random(f"{run.seed}/{name}")
        self.recorder = Recorder(run.history, run.port)
        self.failure = None
        self.stopped = False
        self.thread = threading.Thread(target=self._loop, name=name)

    def _loop(self):
        try:
            while not self.stopped:
                try:
                    self.step()
                except NotConnected:
                    time.sleep(0.02)
        except Exception as error:  # else the thread would end and nobody would hear of it
            self.failure = error

    def stop(self):
        self.stopped = True
        self.thread.join()
        if self.failure:
            raise self.failure


class Producer(Client):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.numbers = itertools.count()
        self.again = []  # a FIFO queue's sends without an answer
        self.recent = []  # (time, message) that may be sent twice on purpose

    def step(self):
        if self.run.waiting(self.queue.name) > WAITING_MAX:
            return time.sleep(0.01)
        if self.again:
            messages = [self._repeated(message) for message in self.again[:10]]
        else:
            messages = [self._message() for _ in range(self.rng.choice((1, 1, 2, 5, 10)))]
        sent = self.recorder.send(self.queue.name, messages)
        self.run.count(self.queue.name, sum(send.outcome == OK for send in sent))
        if self.queue.fifo:
            del self.again[:len(messages) if self.again else 0]
            self.again += [message for message, send in zip(messages, sent) if send.outcome == UNKNOWN]
            self.recent = self.recent[-50:] + [(time.monotonic(), message) for message in messages]

    def _message(self):
        rng = self.rng
        if self.recent and rng.random() < 0.1:
            when, message = rng.choice(self.recent)
            if time.monotonic() < when + RESEND_SECONDS:
                return self._repeated(message)
        number = next(self.numbers)
        message = {"body": self._body(number), "attributes": self._attributes(number)}
        if self.queue.fifo:
            message |= {"group": f"g{rng.randrange(GROUPS)}", "deduplication": f"{self.name}-{number}"}
        else:
            message["delay"] = rng.choice((0, 0, 0, 1, 2))
            if rng.random() < 0.3:
                message["group"] = f"g{rng.randrange(GROUPS)}"
        return message

    def _repeated(self, message):
        """The same group and deduplication id; the body tells which of them it was."""
        return {**message, "body": self._body(next(self.numbers))}

    def _body(self, number):
        size = self.rng.choice((0, 0, 20, 300, 5000)) if self.rng.random() > 0.005 else 100_000
        return f"{self.name}/{number}:" + "é<&x\n"[number % 5] * size

    def _attributes(self, number):
        chosen = self.rng.random()
        if chosen < 0.6:
            return {}
        return {"number": ["Number", str(number)], **({"text.1": ["String.kind", "ü" * (number % 7 + 1)]} if chosen > 0.8 else {})}


class Consumer(Client):
    def __init__(self, *arguments, patient=False):
        super().__init__(*arguments)
        self.patient = patient  # deletes all it gets
        self.due = []  # (time, number, action, handle)
        self.numbers = itertools.count()
        self.attempt = None

    def step(self):
        self._act()
        rng = self.rng
        if self.queue.fifo and self.attempt is None and rng.random() < 0.7:
            self.attempt = f"{self.name}-{next(self.numbers)}"
        wait = rng.choice((0, 0, 1)) if not self.due else 0
        receive = self.recorder.receive(self.queue.name, rng.choice((1, 3, 10)), wait, rng.choice(CONSUMER_VISIBILITIES), self.attempt)
        if receive.outcome != OK:
            return time.sleep(0.02)
        if not receive.messages:
            time.sleep(0.02)
        if rng.random() < 0.9 or receive.attempt is None:
            self.attempt = None  # else the same again, on purpose
        at_once = [message.handle for message in receive.messages if self._decide(message.handle, receive.visibility)]
        if len(at_once) > 1 and rng.random() < 0.3:
            for handle in at_once:
                self._delete([handle])
        elif at_once:
            self._delete(at_once)

    def _decide(self, handle, visibility):
        """Whether to delete it at once."""
        chosen = self.rng.random()
        if self.patient or chosen < 0.5:
            return True
        if chosen < 0.62:
            self._later(self.rng.uniform(0, 0.8) * visibility, "delete", handle)
        elif chosen < 0.72:
            self._later(self.rng.uniform(0, 0.8) * visibility, "extend", handle)
        elif chosen < 0.82:
            self._later(self.rng.uniform(0, 0.5) * visibility, "give back", handle)
        elif chosen < 0.90:
            self._later(self.rng.uniform(0.95, 1.5) * visibility, "delete", handle)
        elif chosen < 0.94:
            self._later(0.1, "change", handle)
            return True
        return False

    def _later(self, seconds, action, handle):
        heapq.heappush(self.due, (time.monotonic() + seconds, next(self.numbers), action, handle))

    def _act(self):
        ready = {}
        for _ in range(BATCH_MAX):
            if not self.due or self.due[0][0] > time.monotonic():
                break
            _, _, action, handle = heapq.heappop(self.due)
            ready.setdefault(action, []).append(handle)
        for action, handles in ready.items():
            if action == "delete":
                self._delete(handles)
                continue
            timeout = 0 if action == "give back" else self.rng.choice(EXTENSIONS)
            self.recorder.change(self.queue.name, handles, timeout)
            if action == "extend":
                for handle in handles:
                    self._later(self.rng.uniform(0, 0.9) * timeout, "delete", handle)

    def _delete(self, handles):
        self.recorder.delete(self.queue.name, handles)
        self.run.count(self.queue.name, -len(handles))
