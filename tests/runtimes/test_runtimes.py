"""AWS's own runtimes, unchanged: its runtime interface clients for Python, Node.js and Java, its runtimes for Go, Rust and C++; beside them the
bootstraps of Millrace. All answer the same questions (see probes.py)."""

import base64
import json
import time

import pytest

from runtimes.probes import PROBES
from support.server import eventually

ROLE = "arn:aws:iam::000000000000:role/any"
ANSWER_BYTES_MAX = 6_291_556  # as AWS says in its error


@pytest.fixture(scope="module", params=PROBES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def package(language):
    return PROBES[language].package(language)


@pytest.fixture
def function(client, unique, language, package):
    """invoke(event) of the probe's own function: (answer, the call's output)."""
    probe, functions = PROBES[language], client("lambda")
    functions.create_function(FunctionName=unique, Runtime=probe.runtime, Handler=probe.handler, Role=ROLE, Timeout=30, MemorySize=512,
                              Code={"S3Bucket": "__local__", "S3Key": str(package)})

    def invoke(**event):
        output = functions.invoke(FunctionName=unique, Payload=json.dumps(event), LogType="Tail")
        return json.loads(output["Payload"].read() or "null"), output

    return invoke


def test_it_answers_and_knows_its_context(function, unique):
    assert function(text="grüße, 世界 \u0001")[0] == "grüße, 世界 \u0001"
    before = time.time() * 1000
    about, output = function(do="context")
    assert about["request_id"] == output["ResponseMetadata"]["RequestId"]
    assert about["name"] == unique and about["arn"] == f"arn:aws:lambda:us-east-1:000000000000:function:{unique}"
    assert before + 20_000 < about["deadline"] < time.time() * 1000 + 31_000, "30 s of timeout"
    assert about["calls"] == 2, "the process is kept"
    assert about["region"] == "us-east-1"


def test_what_it_throws_is_a_function_error_and_the_process_goes_on(function, language):
    error, output = function(do="fail")
    assert output["FunctionError"] == "Unhandled"
    assert error["errorMessage"] == "failed as told"
    expected = PROBES[language].error_type
    assert error["errorType"] == expected if expected else error["errorType"]
    assert function(do="context")[0]["calls"] == 2


def test_an_sdk_handler_that_cannot_be_made_is_an_initialization_error(client, unique):
    functions = client("lambda")
    functions.create_function(FunctionName=unique, Runtime="provided.al2023", Handler="bootstrap", Role=ROLE,
                              Code={"S3Bucket": "__local__", "S3Key": str(PROBES["sdk"].package("sdk"))},
                              Environment={"Variables": {"FAIL_TO_START": "yes"}})
    output = functions.invoke(FunctionName=unique)
    error = json.loads(output["Payload"].read())
    assert output["FunctionError"] == "Unhandled" and error["errorMessage"] == "failed to start as told", error


def test_a_process_that_exits_is_reported_and_replaced(function):
    error, output = function(do="exit")
    assert output["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError" and error["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert function(do="context")[0]["calls"] == 1


def test_what_it_prints_is_in_the_log(function):
    tail = base64.b64decode(function(do="print")[1]["LogResult"]).decode()
    assert "printed by the probe" in tail and tail.startswith("START RequestId: ") and "REPORT RequestId: " in tail


def test_answers_end_at_six_mebibytes_and_a_bit(function):
    fitting = ANSWER_BYTES_MAX - len('""')
    assert function(do="large", size=fitting)[0] == "x" * fitting
    error, output = function(do="large", size=fitting + 1)
    assert output["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Function.ResponseSizeTooLarge"
    assert function(text="on")[0] == "on"


def test_its_typed_events_read_a_mappings_records(function, client, unique, language):
    probe = PROBES[language]
    if not probe.typed_events:
        pytest.skip("has no typed events")
    kinesis, functions, logs = client("kinesis"), client("lambda"), client("logs")
    if probe.records_handler:
        functions.update_function_configuration(FunctionName=unique, Handler=probe.records_handler)
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    functions.create_event_source_mapping(FunctionName=unique, EventSourceArn=f"arn:aws:kinesis:us-east-1:000000000000:stream/{unique}",
                                          StartingPosition="TRIM_HORIZON")
    kinesis.put_record(StreamName=unique, PartitionKey="schlüssel", Data="größe")

    def said():
        if not logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{unique}")["logGroups"]:
            return None  # nothing was printed yet
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{unique}", filterPattern='"records:"')["events"]
        return events and events[0]["message"]

    assert eventually(said, seconds=30).strip().endswith(f"records: schlüssel größe {time.gmtime().tm_year}")
