"""Functions that misbehave, and what goes on beside them: other functions, streams, Millrace's own stdout."""

import base64
import json
import os
import pathlib
import threading
import time

import pytest

from support.packages import zip_of
from support.server import eventually

ROLE = "arn:aws:iam::000000000000:role/any"
HEALTHY_SECONDS = 3


@pytest.fixture
def lambdas(client):
    return client("lambda", read_timeout=60)


@pytest.fixture
def create(lambdas, unique):
    def factory(code, name=unique, timeout=10, **more):
        files = {"index.py": code} if isinstance(code, str) else code
        more = {"Runtime": "python3.12", "Handler": "index.handler", **more}
        lambdas.create_function(FunctionName=name, Role=ROLE, Code={"ZipFile": zip_of(files)}, Timeout=timeout, **more)
        return name

    return factory


def invoke(lambdas, name, payload=None):
    answer = lambdas.invoke(FunctionName=name, Payload=json.dumps(payload), LogType="Tail")
    return answer, json.loads(answer["Payload"].read() or "null"), base64.b64decode(answer["LogResult"])


def is_gone(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


FLOOD = """
import sys, time
def handler(event, context):
    end = time.monotonic() + 4
    while time.monotonic() < end:
        sys.stdout.write("x" * 200 + "\\n")
    return "done"
"""


def test_while_a_function_floods_its_log_everything_else_is_served(lambdas, create, client, unique):
    flood, other = create(FLOOD, unique + "-flood", timeout=60), create("def handler(event, context): return event", unique + "-other")
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    invoke(lambdas, other)  # is warm
    done = []
    flooding = threading.Thread(target=lambda: done.append(invoke(lambdas, flood)[1]))
    flooding.start()
    time.sleep(1)
    began = time.monotonic()
    assert invoke(lambdas, other, 7)[1] == 7
    kinesis.put_record(StreamName=unique, Data=b"x", PartitionKey="k")
    assert time.monotonic() - began < HEALTHY_SECONDS
    assert not done, "it floods still"
    flooding.join()
    assert done == ["done"]


def test_a_program_of_garbage_is_no_entry_point(lambdas, create):
    name = create({"bootstrap": os.urandom(5000)}, Runtime="provided.al2023", Handler="any")
    answer, payload, _ = invoke(lambdas, name)
    assert answer["FunctionError"] == "Unhandled" and payload["errorType"] == "Runtime.InvalidEntrypoint"


def test_a_function_that_stops_itself_times_out(lambdas, create):
    name = create("import os, signal\ndef handler(event, context):\n    if event: return os.getpid()\n    os.kill(os.getpid(), signal.SIGSTOP)", timeout=1)
    process = invoke(lambdas, name, 1)[1]
    assert "timed out" in invoke(lambdas, name, 0)[1]["errorMessage"]
    eventually(lambda: is_gone(process))
    assert invoke(lambdas, name, 1)[1] != process


DAEMON = """
import subprocess
def handler(event, context):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    return subprocess.Popen(["sleep", "1000"], **quiet).pid
"""


def test_who_left_the_process_group_goes_with_the_function(lambdas, create):
    name = create(DAEMON)
    _, daemon, _ = invoke(lambdas, name)
    assert not is_gone(daemon), "it may stay as long as the sandbox is there"
    lambdas.delete_function(FunctionName=name)
    eventually(lambda: is_gone(daemon))


def test_the_directly_uploaded_package_may_be_large(lambdas, create):
    """Base64 makes it a third larger than other requests may be."""
    data = os.urandom(20 << 20)
    name = create({"index.py": "import os\ndef handler(e, c): return os.path.getsize('data')", "data": data})
    assert invoke(lambdas, name)[1] == len(data)


def test_a_package_past_the_limit_is_refused_in_words(lambdas):
    with pytest.raises(lambdas.exceptions.ClientError) as refused:
        lambdas.create_function(
            FunctionName="large", Role=ROLE, Code={"ZipFile": bytes(53 << 20)}, Runtime="python3.12", Handler="a.b"
        )
    error = refused.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert error["Error"]["Code"] == "RequestEntityTooLargeException"
    assert error["Error"]["Message"] == "Request must be smaller than 70167211 bytes for the CreateFunction operation"
