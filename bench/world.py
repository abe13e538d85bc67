"""What the benchmarks need on a server: streams, queues, functions, mappings; made with boto3, so that any server will do."""

import contextlib
import http.client
import pathlib
import sys
import time
import urllib.parse

import boto3
import botocore.config
import botocore.exceptions

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [path for path in (str(ROOT / "tests"), str(ROOT / "scripts")) if path not in sys.path]

from aws_json import signature  # noqa: E402
from support.packages import zip_of  # noqa: E402

ROLE = "arn:aws:iam::000000000000:role/bench"
FUNCTIONS = ROOT / "bench" / "functions"
EXAMPLE = ROOT / "examples" / "kinesis-to-sqs" / "functions"
NATIVE_NOOP = ROOT / "build" / "release" / "bench" / "functions" / "bootstrap"
READY_SECONDS_MAX = 30


def _package(kind):
    """Runtime, handler and files of a function."""
    python = "python3.12"
    if kind == "noop-python":
        return python, "index.handler", {"index.py": (FUNCTIONS / "noop.py").read_text()}
    if kind == "poison":
        return python, "index.handler", {"index.py": (FUNCTIONS / "poison.py").read_text()}
    if kind == "forward-python":
        return python, "index.lambda_handler", {"index.py": (EXAMPLE / "python" / "index.py").read_text()}
    binary = {"noop-native": NATIVE_NOOP, "forward-native": EXAMPLE / "cpp" / "package" / "bootstrap"}[kind]
    return "provided.al2023", "bootstrap", {"bootstrap": binary.read_bytes()}


class World:
    def __init__(self, port, query=False):
        """`query`: the server knows only SQS's query protocol, which today's boto3 does not speak."""
        self.port = port
        self.query = query
        self.endpoint = f"http://127.0.0.1:{port}"

    def client(self, service):
        return boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="test",
                            aws_secret_access_key="test",
                            config=botocore.config.Config(retries={"max_attempts": 2}, read_timeout=60, connect_timeout=5))

    def stream(self, name, shards=4):
        """Made, if it is not there, and active. Returns its ARN."""
        kinesis = self.client("kinesis")
        with contextlib.suppress(kinesis.exceptions.ResourceInUseException):
            kinesis.create_stream(StreamName=name, ShardCount=shards)
        deadline = time.monotonic() + READY_SECONDS_MAX
        while True:
            found = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
            if found["StreamStatus"] == "ACTIVE" or time.monotonic() > deadline:
                return found["StreamARN"]
            time.sleep(0.05)

    def queue(self, name):
        """The settings of the load generator for a queue: its URL, and the path of that."""
        url = self._queue_by_query(name) if self.query else self.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        return {"queue_url": url, "queue_path": urllib.parse.urlsplit(url).path or "/"}

    def _queue_by_query(self, name):
        answer = self.call("sqs", "/", f"Action=CreateQueue&Version=2012-11-05&QueueName={name}", "application/x-www-form-urlencoded")
        return answer.decode().partition("<QueueUrl>")[2].partition("</QueueUrl>")[0]

    def queue_arn(self, url):
        return self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def function(self, name, kind, environment=None, timeout=30):
        lambdas = self.client("lambda")
        runtime, handler, files = _package(kind)
        lambdas.create_function(FunctionName=name, Runtime=runtime, Handler=handler, Role=ROLE, Timeout=timeout, MemorySize=512,
                                Environment={"Variables": environment or {}}, Code={"ZipFile": zip_of(files)})
        deadline = time.monotonic() + READY_SECONDS_MAX
        while lambdas.get_function_configuration(FunctionName=name).get("State", "Active") != "Active":
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not become active")
            time.sleep(0.02)

    def mapping(self, stream_arn, function, **options):
        """Made and enabled."""
        lambdas = self.client("lambda")
        made = lambdas.create_event_source_mapping(FunctionName=function, EventSourceArn=stream_arn,
                                                   **{"StartingPosition": "TRIM_HORIZON", "BatchSize": 100, **options})
        deadline = time.monotonic() + READY_SECONDS_MAX
        while lambdas.get_event_source_mapping(UUID=made["UUID"])["State"] != "Enabled" and time.monotonic() < deadline:
            time.sleep(0.05)
        return made["UUID"]

    def call(self, service, path, body, content_type="application/json", connection=None):
        """A POST without an SDK, which would cost more than what is measured."""
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", path, body, {"Content-Type": content_type, **signature(service)})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{path}: {answer.status} {content[:200]!r}")
        return content

    def invoke(self, function, connection=None):
        return self.call("lambda", f"/2015-03-31/functions/{function}/invocations", "{}", connection=connection)
