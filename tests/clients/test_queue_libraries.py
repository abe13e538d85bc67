"""The libraries that consumers of queues are built with: sqs-consumer, Celery, the batch manager of the AWS SDK for Java, an old boto3."""

import collections
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from aws_json import signature
from support.server import ROOT, eventually

HERE = pathlib.Path(__file__).parent
NODE_MODULES = ROOT / "build" / "clients" / "node" / "node_modules"
JAVA_LIBRARIES = ROOT / "build" / "clients" / "java"
SECONDS_MAX = 60


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=SECONDS_MAX)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_sqs_consumer(endpoint, unique):
    said = run("node", HERE / "javascript" / "queue_consumer.mjs", endpoint, NODE_MODULES, unique)
    assert said == ["batches: ok", "heartbeats: ok", "failures: ok", "stopping: ok", "missing: ok"]


def test_a_boto3_that_speaks_the_query_protocol(endpoint, unique):
    # Debian 12's own, which is older than SQS's JSON protocol.
    assert run("/usr/bin/python3", HERE / "python" / "query_pipeline.py", endpoint, unique) == ["ok"]


def test_an_empty_batch_of_the_query_protocol_is_refused_as_one(endpoint, client, unique):
    url = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    # As an old boto3 writes Entries=[].
    form = urllib.parse.urlencode({"Action": "SendMessageBatch", "Version": "2012-11-05", "QueueUrl": url, "Entries": ""})
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signature("sqs")}
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(urllib.request.Request(endpoint, form.encode(), headers))
    assert b"<Code>AWS.SimpleQueueService.EmptyBatchRequest</Code>" in refusal.value.read()


@pytest.mark.skipif(shutil.which("java") is None or not any(JAVA_LIBRARIES.glob("sqs-*.jar")), reason="needs a JDK 17 and build/clients/java")
def test_java_batch_manager(endpoint, unique):
    java = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", f"{JAVA_LIBRARIES}/*"]
    assert run(*java, HERE / "java" / "Batches.java", endpoint, unique) == ["batches: ok", "receives: ok", "errors: ok"]


class Worker:
    """A real Celery worker; what its tasks said."""

    def __init__(self, broker, queue, folder):
        self.said = folder / "said"
        self.log = folder / "worker.log"
        environment = {**os.environ, "TASKS_BROKER": broker, "TASKS_QUEUE": queue, "TASKS_SAY": str(self.said), "AWS_EC2_METADATA_DISABLED": "true"}
        command = [sys.executable, "-m", "celery", "-A", "celery_tasks", "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip",
                   "--without-mingle", "--without-heartbeat"]
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(command, cwd=HERE / "python", env=environment, stdout=log, stderr=subprocess.STDOUT)

    def lines(self, task):
        """(time, argument, retries) of each."""
        words = [line.split() for line in self.said.read_text().splitlines()] if self.said.exists() else []
        return [(float(when), argument, int(retries)) for when, name, argument, retries in words if name == task]

    def wait_for(self, task, count):
        return eventually(lambda: len(lines := self.lines(task)) >= count and lines, SECONDS_MAX)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=SECONDS_MAX) == 0, self.log.read_text()[-5000:]

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def celery(endpoint, unique, tmp_path):
    """(send, start): sends a task; starts a worker."""
    sys.path.insert(0, str(HERE / "python"))
    try:
        from celery_tasks import make_app
    finally:
        sys.path.pop(0)
    broker = endpoint.replace("http://", "sqs://000000000000:test@")
    workers = []

    def start():
        workers.append(Worker(broker, unique, tmp_path))
        return workers[-1]

    with make_app(broker, unique) as app:
        yield app.send_task, start
    for worker in workers:
        worker.kill()


def test_celery(celery, client, unique):
    send, start = celery
    worker = start()
    for number in range(12):
        send("note", [number])
    send("flaky", ["x"])
    sent = time.time()
    send("note", ["delayed"], countdown=2)

    worker.wait_for("note", 13)
    seen = collections.Counter(argument for _, argument, _ in worker.lines("note"))
    assert seen == {**{str(number): 1 for number in range(12)}, "delayed": 1}
    [delayed] = [when for when, argument, _ in worker.lines("note") if argument == "delayed"]
    assert delayed >= sent + 2
    tries = worker.wait_for("flaky", 3)
    assert [retries for _, _, retries in tries] == [0, 1, 2]
    assert all(later[0] - earlier[0] >= 1 for earlier, later in zip(tries, tries[1:]))

    # Asked to end, it finishes what it does; what it had fetched and not begun is there for the next.
    for number in range(2):
        send("slow", [number])
    for number in range(5):
        send("note", [f"late-{number}"])
    worker.wait_for("slow-begins", 2)
    worker.stop()
    assert len(worker.lines("slow-ends")) == 2
    start()
    eventually(lambda: {argument for _, argument, _ in worker.lines("note")} >= {f"late-{number}" for number in range(5)}, SECONDS_MAX)
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=unique)["QueueUrl"]
    states = ("", "NotVisible", "Delayed")

    def is_empty():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return all(attributes[f"ApproximateNumberOfMessages{state}"] == "0" for state in states)

    eventually(is_empty)
    assert len(worker.lines("slow-begins")) == 2
