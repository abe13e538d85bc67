"""A server that holds very much: figures, as a table.

    queues     100,000 queues made, listed and recovered; memory a queue
    timers     a million delayed messages and a million in flight; how late others become visible meanwhile, beside the same in a server
               that holds nothing else
    messages   ten million waiting messages: memory, recovery, and what a receive takes beside one from a queue of ten

They take twenty minutes, 1 GB of memory and 4 GB of disk.
"""

import argparse
import itertools
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

from support import server as support  # noqa: E402
from waves import Connection, Waves, request  # noqa: E402

CONNECTIONS = 64
BATCH = 10
IN_FLIGHT_PER_QUEUE = 100_000  # a queue hands out at most 120,000
LONG_DELAY_SECONDS = 900
TIMERS_SAMPLED = 300
RECEIVES_SAMPLED = 2_000
READY_SECONDS_MAX = 600


def row(what, figure):
    print(f"{what:<72} {figure}", flush=True)


def memory(server):
    """Resident bytes."""
    for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024


def restart(server):
    """Seconds from start to ready, after a clean stop."""
    assert server.stop() == 0
    start = time.monotonic()
    server.start()
    return time.monotonic() - start


def quantiles(seconds):
    """Milliseconds."""
    ordered = sorted(1000 * value for value in seconds)
    return f"median {statistics.median(ordered):8.2f} ms   99 % {ordered[len(ordered) * 99 // 100]:8.2f} ms   worst {ordered[-1]:8.2f} ms"


def url(name):
    return f"http://127.0.0.1/000000000000/{name}"


def exchange(server, requests, connections=CONNECTIONS):
    """Seconds for all."""
    start = time.monotonic()
    for answer in Waves(server.port, connections).exchange(requests):
        assert b'"Failed"' not in answer, answer
    return time.monotonic() - start


def sends(queue, count, **more):
    """Requests that send so many messages; the same bytes again and again."""
    raw = request("SendMessageBatch", QueueUrl=url(queue),
                  Entries=[{"Id": str(n), "MessageBody": f"message {n} of some ten", **more} for n in range(BATCH)])
    return itertools.repeat(raw, count // BATCH)


def listed(server):
    connection, token, names = Connection(server.port), {}, 0
    while True:
        answer = connection.call("ListQueues", MaxResults=1000, **token)
        names += len(answer.get("QueueUrls", []))
        if "NextToken" not in answer:
            return names
        token = {"NextToken": answer["NextToken"]}


def queues(server, options):
    empty = memory(server)
    seconds = exchange(server, (request("CreateQueue", QueueName=f"queue-{n:07}") for n in range(options.queues)))
    row(f"{options.queues:,} queues made", f"{seconds:.1f} s, {options.queues / seconds:,.0f} a second")
    row("memory a queue", f"{(memory(server) - empty) / options.queues:,.0f} bytes")
    start = time.monotonic()
    assert listed(server) == options.queues
    row("all listed, 1,000 at a time", f"{time.monotonic() - start:.2f} s")
    row("ready again after a restart", f"{restart(server):.2f} s")
    row("memory a queue after it", f"{(memory(server) - empty) / options.queues:,.0f} bytes")
    assert listed(server) == options.queues
    samples = [f"queue-{n:07}" for n in range(0, options.queues, max(1, options.queues // 1000))]
    row("a send to one of them", quantiles(timed(server, lambda c, n: c.call("SendMessage", QueueUrl=url(n), MessageBody="x"), samples)))


def timed(server, call, arguments):
    """Seconds of each call, one after the other."""
    connection, taken = Connection(server.port), []
    for argument in arguments:
        start = time.monotonic()
        call(connection, argument)
        taken.append(time.monotonic() - start)
    return taken


class Receiver(threading.Thread):
    """Long polls; when each message came, by its body."""

    def __init__(self, server, queue, wanted):
        super().__init__(daemon=True)
        self.connection, self.queue, self.wanted, self.arrived = Connection(server.port), queue, wanted, {}

    def run(self):
        while len(self.arrived) < self.wanted:
            answer = self.connection.call("ReceiveMessage", QueueUrl=url(self.queue), MaxNumberOfMessages=10, WaitTimeSeconds=20,
                                          VisibilityTimeout=900, MessageSystemAttributeNames=["SentTimestamp"])
            now = time.time()
            for message in answer.get("Messages", []):
                self.arrived[message["Body"]] = (now, int(message["Attributes"]["SentTimestamp"]) / 1000)


def delay_lateness(server, queue):
    """Seconds after SentTimestamp + DelaySeconds at which each message of a sample came."""
    connection, delay = Connection(server.port), 5
    for n in range(TIMERS_SAMPLED):
        connection.call("SendMessage", QueueUrl=url(queue), MessageBody=f"sample {n}", DelaySeconds=delay)
        time.sleep(0.01)
        if n == 0:
            receiver = Receiver(server, queue, TIMERS_SAMPLED)
            receiver.start()
    receiver.join(timeout=60)
    assert len(receiver.arrived) == TIMERS_SAMPLED
    return [now - sent - delay for now, sent in receiver.arrived.values()]


def visibility_lateness(server, queue):
    """Seconds after the end of its visibility timeout at which each message of a sample came again."""
    connection, timeout, received = Connection(server.port), 5, {}
    for n in range(TIMERS_SAMPLED):
        connection.call("SendMessage", QueueUrl=url(queue), MessageBody=f"sample {n}")
    for _ in range(TIMERS_SAMPLED):
        start = time.time()
        [message] = connection.call("ReceiveMessage", QueueUrl=url(queue), VisibilityTimeout=timeout)["Messages"]
        received[message["Body"]] = start
        time.sleep(0.01)
    receiver = Receiver(server, queue, TIMERS_SAMPLED)
    receiver.start()
    receiver.join(timeout=60)
    assert receiver.arrived.keys() == received.keys()
    return [now - received[body] - timeout for body, (now, _) in receiver.arrived.items()]


def lateness(server, delayed, in_flight, what):
    row(f"late after a delay, {what}", quantiles(delay_lateness(server, delayed)))
    row(f"late after a visibility timeout, {what}", quantiles(visibility_lateness(server, in_flight)))


def timers(server, options):
    in_flight = [f"in-flight-{n}" for n in range(-(-options.timers // IN_FLIGHT_PER_QUEUE))]
    exchange(server, (request("CreateQueue", QueueName=name) for name in ("delayed", *in_flight)))
    lateness(server, "delayed", in_flight[0], "nothing else there")
    empty = memory(server)
    for name in in_flight:
        exchange(server, sends(name, IN_FLIGHT_PER_QUEUE))
        receive = request("ReceiveMessage", QueueUrl=url(name), MaxNumberOfMessages=10, VisibilityTimeout=43_200)
        exchange(server, itertools.repeat(receive, IN_FLIGHT_PER_QUEUE // BATCH))
    held = memory(server)
    row(f"memory a message in flight, of {IN_FLIGHT_PER_QUEUE * len(in_flight):,}", f"{(held - empty) / IN_FLIGHT_PER_QUEUE / len(in_flight):,.0f} bytes")
    seconds = exchange(server, sends("delayed", options.timers, DelaySeconds=LONG_DELAY_SECONDS))
    assert seconds < LONG_DELAY_SECONDS / 2, "the first would become visible meanwhile"
    row(f"memory a delayed message, of {options.timers:,}", f"{(memory(server) - held) / options.timers:,.0f} bytes")
    lateness(server, "delayed", in_flight[0], "beside them")
    attributes = [json.loads(answer)["Attributes"] for answer in Waves(server.port, len(in_flight) + 1).exchange(
        request("GetQueueAttributes", QueueUrl=url(name), AttributeNames=["All"]) for name in ("delayed", *in_flight))]
    assert int(attributes[0]["ApproximateNumberOfMessagesDelayed"]) == options.timers
    assert all(int(one["ApproximateNumberOfMessagesNotVisible"]) >= IN_FLIGHT_PER_QUEUE for one in attributes[1:])
    row("ready again after a restart", f"{restart(server):.2f} s")
    lateness(server, "delayed", in_flight[0], "after the restart")


def messages(server, options):
    exchange(server, [request("CreateQueue", QueueName="full")])
    empty = memory(server)
    seconds = exchange(server, sends("full", options.messages))
    row(f"{options.messages:,} messages sent", f"{seconds:.0f} s, {options.messages / seconds:,.0f} a second")
    row("memory for them", f"{(memory(server) - empty) / 2**20:,.0f} MiB, {(memory(server) - empty) / options.messages:,.0f} bytes a message")
    receive_latency(server, "ten")
    row("ready again after a restart", f"{restart(server):.2f} s")
    row("memory after it", f"{memory(server) / 2**20:,.0f} MiB")
    receive_latency(server, "another-ten")


def receive_latency(server, ten):
    """Of the full queue and of the one of ten in turn, so that the machine treats both alike."""
    exchange(server, [request("CreateQueue", QueueName=ten)])
    exchange(server, sends(ten, 10))
    connection, taken = Connection(server.port), {"full": [], ten: []}
    for turn in range(RECEIVES_SAMPLED):
        for queue in sorted(taken, reverse=turn % 2 == 0):
            start = time.monotonic()
            [message] = connection.call("ReceiveMessage", QueueUrl=url(queue))["Messages"]
            taken[queue].append(time.monotonic() - start)
            connection.call("DeleteMessage", QueueUrl=url(queue), ReceiptHandle=message["ReceiptHandle"])
        connection.call("SendMessage", QueueUrl=url(ten), MessageBody="another of some ten")
    row("a receive from the full queue", quantiles(taken["full"]))
    row("a receive from a queue of ten", quantiles(taken[ten]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["queues", "timers", "messages"])
    parser.add_argument("--queues", type=int, default=100_000)
    parser.add_argument("--timers", type=int, default=1_000_000, help="delayed messages, and as many in flight")
    parser.add_argument("--messages", type=int, default=10_000_000)
    options = parser.parse_args()
    support.READY_SECONDS_MAX = READY_SECONDS_MAX
    for part in (queues, timers, messages):
        if options.only in (None, part.__name__):
            print(f"{part.__name__}, load of the machine {os.getloadavg()[0]:.1f}")
            with tempfile.TemporaryDirectory(prefix="millrace-scale-") as folder, support.Server(pathlib.Path(folder) / "data") as server:
                part(server, options)


if __name__ == "__main__":
    main()
