"""The libraries that consumers and producers are built with: the Kinesis Client Library 3, in Java and as a daemon that runs Python, the Kinesis
Producer Library, lifion-kinesis."""

import collections
import hashlib
import os
import pathlib
import shutil
import subprocess
import threading

import pytest

from conftest import make_client
from support.server import ROOT, Server, eventually, free_port

SOURCES = pathlib.Path(__file__).parent / "java"
MULTILANG = pathlib.Path(__file__).parent / "multilang"
DAEMON = ROOT / "build" / "clients" / "multilang"
CLIENT_LIBRARY = ROOT / "build" / "clients" / "multilang-python"
LIBRARIES = ROOT / "build" / "clients" / "java"
DYNALITE = ROOT / "build" / "clients" / "node" / "node_modules" / "dynalite" / "cli.js"
# No library shall ask the machine it runs on for credentials or for its zone.
ENVIRONMENT = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true"}
LIBRARY_SECONDS_MAX = 90
KEYS = [f"key-{number}" for number in range(10)]

NEEDS_JAVA = pytest.mark.skipif(
    shutil.which("java") is None or not any(LIBRARIES.glob("amazon-kinesis-client-*.jar")), reason="needs a JDK 17 and build/clients/java"
)


def java(source, *arguments):
    return ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-Dorg.slf4j.simpleLogger.showDateTime=true", "-cp", f"{LIBRARIES}/*", SOURCES / source, *map(str, arguments)]


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path / "data", "--tls") as running:
        yield running


@pytest.fixture
def leases(tmp_path):
    """A client of a DynamoDB for the leases."""
    port = free_port()
    with open(tmp_path / "leases.log", "w") as log:
        process = subprocess.Popen(
            ["node", DYNALITE, "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0", "--updateTableMs", "0"],
            stdout=log, stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: "listening" in (tmp_path / "leases.log").read_text())
        yield make_client(f"http://127.0.0.1:{port}", "dynamodb")
    finally:
        process.terminate()
        process.wait()


def make_tables(leases, application):
    """The client library would make them itself, but this DynamoDB cannot add an index to a table that is there."""
    def table(name, key, **more):
        attributes = [{"AttributeName": key, "AttributeType": "S"}, *more.pop("attributes", [])]
        leases.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", AttributeDefinitions=attributes,
                            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}], **more)

    index = {
        "IndexName": "LeaseOwnerToLeaseKeyIndex",
        "KeySchema": [{"AttributeName": "leaseOwner", "KeyType": "HASH"}, {"AttributeName": "leaseKey", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    table(application, "leaseKey", attributes=[{"AttributeName": "leaseOwner", "AttributeType": "S"}], GlobalSecondaryIndexes=[index])
    table(f"{application}-CoordinatorState", "key")
    table(f"{application}-WorkerMetricStats", "wid")


class Workers:
    """Two workers of the client library; what they say, as lists of words."""

    processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()

    def records(self):
        return [(worker, shard, key, int(data)) for worker, event, shard, key, data in (words for words in list(self.said) if words[1] == "record")]

    def position(self, event, shard):
        return next(place for place, words in enumerate(self.said) if words[1:3] == [event, shard])

    def wait_for(self, count):
        eventually(lambda: len({record[2:] for record in self.records()}) >= count, LIBRARY_SECONDS_MAX, interval=0.1)


class JavaWorkers(Workers):
    """Both in one process."""

    def __init__(self, folder, server, leases, retrieval):
        self.log = folder / "workers.log"
        with open(self.log, "w") as errors:
            process = subprocess.Popen(java("Consumer.java", server.endpoint, leases.meta.endpoint_url, "orders", retrieval),
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=ENVIRONMENT)
        self.processes = [process]
        self.said = []
        threading.Thread(target=lambda: self.said.extend(line.split() for line in process.stdout), daemon=True).start()

    def stop(self):
        self.processes[0].stdin.close()
        assert self.processes[0].wait(timeout=60) == 0, self.log.read_text()[-5000:]


class PythonWorkers(Workers):
    """Two daemons, each with a Python process for every shard that it has."""

    SETTINGS = {
        "streamName": "orders", "applicationName": "orders-app", "regionName": "us-east-1", "AwsCredentialsProvider": "DefaultCredentialsProvider",
        "initialPositionInStream": "TRIM_HORIZON", "processingLanguage": "python", "metricsLevel": "NONE", "failoverTimeMillis": 2000,
        "shardSyncIntervalMillis": 1000, "parentShardPollIntervalMillis": 500, "idleTimeBetweenReadsInMillis": 200,
        "leasesRecoveryAuditorExecutionFrequencyMillis": 2000, "leasesRecoveryAuditorInconsistencyConfidenceThreshold": 1,
    }

    def __init__(self, folder, server, leases, retrieval):
        self.file = folder / "said"
        self.file.touch()
        self.processes = [self.start(folder, server, leases, retrieval, name) for name in ("one", "two")]

    def start(self, folder, server, leases, retrieval, name):
        processor = f"/usr/bin/python3 {MULTILANG / 'processor.py'} {CLIENT_LIBRARY} {name} {self.file}"
        settings = self.SETTINGS | {"executableName": processor, "workerId": name, "retrievalMode": retrieval.replace("-", "").upper(),
                                    "kinesisEndpoint": server.endpoint, "dynamoDBEndpoint": leases.meta.endpoint_url}
        properties = folder / f"{name}.properties"
        properties.write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
        command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", f"{DAEMON}/*",
                   "software.amazon.kinesis.multilang.MultiLangDaemon", "--properties-file", properties]
        with open(folder / f"{name}.log", "w") as log:
            return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env={**ENVIRONMENT, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"})

    @property
    def said(self):
        return [line.split() for line in self.file.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=60)


LONG = pytest.mark.skipif("MILLRACE_CONSUMERS" not in os.environ, reason="takes its time: make consumers")


@NEEDS_JAVA
@pytest.mark.parametrize("kind,retrieval", [
    (JavaWorkers, "polling"),
    pytest.param(JavaWorkers, "fan-out", marks=LONG),
    pytest.param(PythonWorkers, "polling", marks=LONG),
    pytest.param(PythonWorkers, "fan-out", marks=LONG),
])
def test_two_workers_through_a_split_and_a_merge(server, leases, tmp_path, kind, retrieval):
    kinesis = make_client(server.endpoint, "kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=2)
    active = lambda: kinesis.describe_stream_summary(StreamName="orders")["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"
    eventually(active)
    make_tables(leases, "orders-app")
    put = 0

    def put_and_wait(workers):
        nonlocal put
        for _ in range(20):
            kinesis.put_records(StreamName="orders", Records=[{"PartitionKey": key, "Data": str(put).encode()} for key in KEYS])
            put += 1
        workers.wait_for(put * len(KEYS))

    with kind(tmp_path, server, leases, retrieval) as workers:
        put_and_wait(workers)
        kinesis.split_shard(StreamName="orders", ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**125))
        eventually(active)
        put_and_wait(workers)
        kinesis.merge_shards(StreamName="orders", ShardToMerge="shardId-000000000003", AdjacentShardToMerge="shardId-000000000001")
        eventually(active)
        put_and_wait(workers)
        workers.stop()

    seen = collections.defaultdict(list)
    for _, _, key, number in workers.records():
        if number not in seen[key]:
            seen[key].append(number)
    assert seen == {key: list(range(put)) for key in KEYS}
    assert {record[0] for record in workers.records()} == {"one", "two"}
    for parent, child in [("0", "2"), ("0", "3"), ("3", "4"), ("1", "4")]:
        assert workers.position("ends", f"shardId-00000000000{parent}") < workers.position("starts", f"shardId-00000000000{child}")
    rows = {row["leaseKey"]["S"][-1]: row for row in leases.scan(TableName="orders-app")["Items"]}
    ended = {shard for shard, row in rows.items() if row["checkpoint"]["S"] == "SHARD_END"}
    assert ended == {"0", "1", "3"} & set(rows) and {"2", "4"} <= set(rows)


@NEEDS_JAVA
@pytest.mark.parametrize("read_by_library", [False, pytest.param(True, marks=LONG)])
def test_aggregated_records_pass_byte_for_byte(server, leases, tmp_path, read_by_library):
    kinesis = make_client(server.endpoint, "kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    count = 1000
    done = subprocess.run(java("Producer.java", server.port, "orders", count), capture_output=True, text=True, timeout=LIBRARY_SECONDS_MAX,
                          env={**ENVIRONMENT, "TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stdout + done.stderr
    iterator = kinesis.get_shard_iterator(StreamName="orders", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")
    stored = [record["Data"] for record in kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]]
    assert done.stdout.split()[-1] == str(len(stored)) and len(stored) < count
    aggregated = [data for data in stored if data.startswith(b"\xf3\x89\x9a\xc2")]
    assert aggregated
    for data in aggregated:
        assert hashlib.md5(data[4:-16]).digest() == data[-16:]
    if not read_by_library:
        return

    make_tables(leases, "orders-app")
    with JavaWorkers(tmp_path, server, leases, "polling") as workers:
        workers.wait_for(count)
    assert sorted({(key, number) for _, _, key, number in workers.records()}) == sorted((f"k{number % 10}", number) for number in range(count))


def test_lifion_kinesis(server, leases):
    kinesis = make_client(server.endpoint, "kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=2)
    entries = [{"PartitionKey": KEYS[number % 10], "Data": str(number).encode()} for number in range(100)]
    kinesis.put_records(StreamName="orders", Records=entries)
    script = pathlib.Path(__file__).parent / "javascript" / "consumer.cjs"
    done = subprocess.run(["node", script, server.endpoint, leases.meta.endpoint_url, DYNALITE.parent.parent, "orders", "100"],
                          capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert {line[0] for line in lines} == {"shardId-000000000000", "shardId-000000000001"}
    seen = collections.defaultdict(list)
    for _, key, number in lines:
        seen[key].append(int(number))
    assert seen == {key: list(range(place, 100, 10)) for place, key in enumerate(KEYS)}
