"""Lambda through boto3: functions, their life, what goes wrong inside them, and mappings."""

import base64
import json
import os
import pathlib
import re
import time
import urllib.error
import urllib.request

import botocore.exceptions
import pytest

from support.packages import zip_of
from support.server import eventually

ROLE = "arn:aws:iam::000000000000:role/any"


@pytest.fixture
def lambdas(client):
    return client("lambda", read_timeout=60, parameter_validation=False)


@pytest.fixture
def create(lambdas, unique):
    """create(source, ...): a Python function named after the test."""

    def factory(source, name=unique, timeout=10, **options):
        code = {"ZipFile": zip_of({"index.py": source})}
        lambdas.create_function(FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=ROLE, Code=code, Timeout=timeout,
                                **options)
        return name

    yield factory


def invoke(lambdas, name, payload=None, **options):
    answer = lambdas.invoke(FunctionName=name, Payload=json.dumps(payload), LogType="Tail", **options)
    return answer, json.loads(answer["Payload"].read() or "null"), base64.b64decode(answer.get("LogResult", "")).decode()


def test_life_of_a_function(lambdas, create):
    name = create("def handler(event, context): return 1", Description="first", Environment={"Variables": {"AB": "ä"}})
    got = lambdas.get_function(FunctionName=name)
    assert got["Configuration"]["State"] == "Active" and got["Configuration"]["Environment"]["Variables"] == {"AB": "ä"}
    assert name in [function["FunctionName"] for function in lambdas.list_functions()["Functions"]]
    assert invoke(lambdas, name)[1] == 1
    lambdas.update_function_code(FunctionName=name, ZipFile=zip_of({"index.py": "def handler(e, c): return 2"}))
    assert invoke(lambdas, name)[1] == 2
    lambdas.update_function_configuration(FunctionName=name, Description="second", Timeout=7)
    configuration = lambdas.get_function_configuration(FunctionName=name)
    assert configuration["Description"] == "second" and configuration["Timeout"] == 7
    with pytest.raises(lambdas.exceptions.ResourceConflictException):
        create("def handler(event, context): return 1", name=name)
    lambdas.delete_function(FunctionName=name)
    with pytest.raises(lambdas.exceptions.ResourceNotFoundException):
        lambdas.get_function(FunctionName=name)


@pytest.mark.parametrize(("setting", "code", "words"), [
    ({"Runtime": "nodejs99.x"}, "InvalidParameterValueException",
     r"Value nodejs99\.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*python3\.12.*\] or be a valid ARN"),
    ({"MemorySize": 10241}, "InvalidParameterValueException", "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240")])
def test_settings_past_what_functions_may_have(lambdas, create, unique, setting, code, words):
    name = create("def handler(event, context): return 1", MemorySize=10240)
    given = {"Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE, "Code": {"ZipFile": zip_of({"index.py": ""})}}
    for refuse in (lambda: lambdas.update_function_configuration(FunctionName=name, **setting),
                   lambda: lambdas.create_function(FunctionName=unique + "-2", **{**given, **setting})):
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            refuse()
        assert refused.value.response["Error"]["Code"] == code and re.fullmatch(words, refused.value.response["Error"]["Message"])


def test_code_can_be_downloaded_as_it_came(lambdas, create, unique):
    package, layer = zip_of({"index.py": "def handler(event, context): return 1"}), zip_of({"python/x.py": "x = 1"})
    name = create("def handler(event, context): return 0")
    lambdas.update_function_code(FunctionName=name, ZipFile=package)
    code = lambdas.get_function(FunctionName=name)["Code"]
    published = lambdas.publish_layer_version(LayerName=unique, Content={"ZipFile": layer})
    assert code["RepositoryType"] == "S3"
    for location, expected in [(code["Location"], package), (published["Content"]["Location"], layer)]:
        with urllib.request.urlopen(location) as answer:
            assert answer.read() == expected and answer.headers["Content-Type"] == "application/zip"
    absent = re.sub("[0-9a-f]{64}", "0" * 64, code["Location"])
    for url, method, status in [(absent, "GET", 404), (code["Location"].replace(".zip", "/../x"), "GET", 404), (code["Location"], "PUT", 405)]:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, method=method))
        assert refused.value.code == status


FAILS_IN_LINES = {
    "python3.12": """
import logging
def handler(event, context):
    print("one\\ntwo")
    logging.getLogger().warning("first\\nsecond")
    raise ValueError("not\\nso")
""",
    "nodejs20.x": """
exports.handler = async () => {
  process.stdout.write("one\\ntwo\\n");
  console.warn("first\\nsecond");
  throw new Error("not\\nso");
};
"""}


@pytest.mark.parametrize("runtime", FAILS_IN_LINES)
def test_a_record_of_several_lines_is_one_log_event(client, unique, lambdas, runtime):
    code = {"index.py" if runtime.startswith("python") else "index.js": FAILS_IN_LINES[runtime]}
    lambdas.create_function(FunctionName=unique, Runtime=runtime, Handler="index.handler", Role=ROLE, Code={"ZipFile": zip_of(code)}, Timeout=10)
    tail = invoke(lambdas, unique)[2]
    assert "first\nsecond" in tail and "\v" not in tail

    def written():
        events = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{unique}")["events"]
        messages = [event["message"].rstrip("\n") for event in events]
        return any(message.startswith("REPORT") for message in messages) and messages

    messages = eventually(written)
    assert {"one", "two"} <= set(messages), "what is printed is lines"
    assert sum("first\nsecond" in message for message in messages) == 1
    if runtime.startswith("python"):
        error = next(message for message in messages if message.startswith("[ERROR] ValueError: not\nso\nTraceback (most recent call last):\n"))
        assert error.endswith('raise ValueError("not\\nso")')


JSON_ERRORS = """
const error = Object.assign(new TypeError("b"), { code: 7 });
const round = {};
round.self = round;
const logged = { alone: [error], behind: ["about", error], inside: [{ inner: new Error("in") }], circular: [round] };
exports.handler = async (which) => console.error(...logged[which]);
"""


def test_errors_in_json_logs_of_node_are_told_as_on_aws(lambdas, unique):
    lambdas.create_function(FunctionName=unique, Runtime="nodejs20.x", Handler="index.handler", Role=ROLE, Timeout=10,
                            Code={"ZipFile": zip_of({"index.js": JSON_ERRORS})}, LoggingConfig={"LogFormat": "JSON"})

    def logged(which):
        return next(line for line in map(json.loads, invoke(lambdas, unique, which)[2].splitlines()) if "level" in line)

    alone = logged("alone")
    assert (alone["message"]["errorType"], alone["message"]["errorMessage"], alone["message"]["code"]) == ("TypeError", "b", 7)
    assert alone["message"]["stackTrace"][0] == "TypeError: b" and "errorType" not in alone
    behind = logged("behind")
    assert behind["message"].startswith("about TypeError: b") and (behind["errorType"], behind["errorMessage"]) == ("TypeError", "b")
    assert logged("inside")["message"]["inner"]["errorMessage"] == "in"
    assert logged("circular")["message"] == "<ref *1> { self: [Circular *1] }"


def test_warm_processes_are_used_again(lambdas, create):
    name = create("import os\ndef handler(event, context): return os.getpid()")
    assert len({invoke(lambdas, name)[1] for _ in range(5)}) == 1


def test_the_environment_is_as_on_aws(lambdas, create, unique):
    name = create("import os\ndef handler(event, context): return dict(os.environ, cwd=os.getcwd(), arn=context.invoked_function_arn)",
                  MemorySize=512)
    environment = invoke(lambdas, name)[1]
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert environment["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert environment["_HANDLER"] == "index.handler"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{name}"
    assert os.path.realpath(environment["cwd"]) == os.path.realpath(environment["LAMBDA_TASK_ROOT"])
    assert environment["arn"] == f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    assert not [key for key in environment if key.startswith(("PYTEST", "MILLRACE"))], "nothing of ours leaks"


def test_an_exception_is_the_functions_error(lambdas, create):
    name = create("def handler(event, context): raise ValueError('no flour')")
    answer, payload, log = invoke(lambdas, name)
    assert answer["StatusCode"] == 200 and answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "ValueError" and payload["errorMessage"] == "no flour" and payload["stackTrace"]
    assert "ValueError" in log


def test_a_timeout_is_reported_as_aws_does(lambdas, create):
    name = create("import time\ndef handler(event, context): time.sleep(30)", timeout=1)
    began = time.monotonic()
    answer, payload, _ = invoke(lambdas, name)
    assert time.monotonic() - began < 5
    assert answer["FunctionError"] == "Unhandled"
    assert "Task timed out after 1.00 seconds" in payload["errorMessage"]
    assert invoke(lambdas, name)[0]["FunctionError"] == "Unhandled", "a fresh process takes the next call"


def test_a_function_that_ignores_sigterm_is_gone_all_the_same(lambdas, create):
    name = create("import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                  "def handler(event, context):\n    if event: return os.getpid()\n    time.sleep(60)", timeout=1)
    process = invoke(lambdas, name, 1)[1]
    invoke(lambdas, name, 0)
    eventually(lambda: not pathlib.Path(f"/proc/{process}").exists())


def test_exit_and_crash(lambdas, create, unique):
    name = create("import os\ndef handler(event, context): os._exit(3)", name=unique + "-exit")
    answer, payload, _ = invoke(lambdas, name)
    assert answer["FunctionError"] == "Unhandled" and payload["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in payload["errorMessage"]
    name = create("import os, signal\ndef handler(event, context): os.kill(os.getpid(), signal.SIGSEGV)", name=unique + "-crash")
    answer, payload, _ = invoke(lambdas, name)
    assert answer["FunctionError"] == "Unhandled" and "segmentation fault" in payload["errorMessage"]


def test_import_error_and_missing_handler(lambdas, create, unique):
    name = create("import there_is_no_such_module", name=unique + "-import")
    answer, payload, _ = invoke(lambdas, name)
    assert answer["FunctionError"] == "Unhandled" and payload["errorType"] == "Runtime.ImportModuleError"
    name = create("x = 1", name=unique + "-handler")
    answer, payload, _ = invoke(lambdas, name)
    assert payload["errorType"] == "Runtime.HandlerNotFound"


def test_a_flood_of_output_harms_nobody(lambdas, create):
    name = create("def handler(event, context):\n    for i in range(200000): print('x' * 100)\n    return 'done'", timeout=60)
    began = time.monotonic()
    answer, payload, log = invoke(lambdas, name)
    assert payload == "done" and len(log) <= 4096
    assert time.monotonic() - began < 40


def test_children_of_a_function_do_not_outlive_it(lambdas, create):
    name = create("import subprocess\ndef handler(event, context): return subprocess.Popen(['sleep', '600']).pid")
    child = invoke(lambdas, name)[1]
    assert pathlib.Path(f"/proc/{child}").exists()
    lambdas.delete_function(FunctionName=name)

    def gone():
        try:
            return "sleep" not in pathlib.Path(f"/proc/{child}/cmdline").read_text()
        except OSError:
            return True

    eventually(gone)


def test_garbage_as_an_answer(lambdas, unique):
    bootstrap = """#!/bin/sh
while true; do
  id=$(curl -sD - -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" | tr -d '\\r' | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
  curl -s -o /dev/null --data-binary 'this is not JSON' "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response"
done
"""
    lambdas.create_function(FunctionName=unique, Runtime="provided.al2023", Handler="any", Role=ROLE,
                            Code={"ZipFile": zip_of({"bootstrap": bootstrap})})
    answer = lambdas.invoke(FunctionName=unique, Payload=b"{}")
    assert answer["Payload"].read() == b"this is not JSON", "AWS hands the bytes through, too"


def test_a_custom_runtime_without_bootstrap(lambdas, unique):
    lambdas.create_function(FunctionName=unique, Runtime="provided.al2023", Handler="any", Role=ROLE,
                            Code={"ZipFile": zip_of({"readme": "nothing to run"})})
    answer = lambdas.invoke(FunctionName=unique)
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorType"] == "Runtime.InvalidEntrypoint"


def test_dry_run_and_event(lambdas, create, client, unique):
    queue = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    name = create("import boto3, os\ndef handler(event, context):\n"
                  "    boto3.client('sqs').send_message(QueueUrl=os.environ['OUT'], MessageBody=str(event['n']))",
                  Environment={"Variables": {"OUT": queue}})
    assert lambdas.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"] == 204
    streamed = lambdas.invoke_with_response_stream(FunctionName=name, InvocationType="DryRun")
    assert streamed["StatusCode"] == 204 and list(streamed["EventStream"]) == []
    assert lambdas.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n": 7}')["StatusCode"] == 202
    messages = client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    assert messages[0]["Body"] == "7"


@pytest.mark.parametrize("call, error", [
    (lambda l: l.invoke(FunctionName="there-is-none"), "ResourceNotFoundException"),
    (lambda l: l.create_function(FunctionName="a b", Runtime="python3.12", Role=ROLE, Handler="x.y", Code={"ZipFile": b"x"}),
     "ValidationException"),
    (lambda l: l.create_function(FunctionName="bad-zip", Runtime="python3.12", Role=ROLE, Handler="x.y", Code={"ZipFile": b"not a zip"}),
     "InvalidParameterValueException"),
    (lambda l: l.create_function(FunctionName="from-s3", Runtime="python3.12", Role=ROLE, Handler="x.y",
                                 Code={"S3Bucket": "some-bucket", "S3Key": "k"}), "InvalidParameterValueException"),
    (lambda l: l.create_event_source_mapping(FunctionName="there-is-none", StartingPosition="LATEST",
                                             EventSourceArn="arn:aws:kinesis:us-east-1:000000000000:stream/none"), None),
    (lambda l: l.get_event_source_mapping(UUID="00000000-0000-4000-8000-000000000000"), "ResourceNotFoundException"),
])
def test_errors(lambdas, call, error):
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(lambdas)
    assert error is None or raised.value.response["Error"]["Code"] == error
    assert raised.value.response["Error"]["Message"]


def test_bad_invoke_payload(lambdas, create):
    name = create("def handler(event, context): return event")
    with pytest.raises(lambdas.exceptions.InvalidRequestContentException):
        lambdas.invoke(FunctionName=name, Payload=b"{not json")


COLLECT = """
import base64, boto3, json, os
sqs = boto3.client("sqs")
def handler(event, context):
    numbers = [json.loads(base64.b64decode(r["kinesis"]["data"]))["n"] for r in event["Records"]]
    print("batch", numbers)
    if os.environ.get("FAIL_ON") in map(str, numbers) and not os.path.exists("/tmp/" + context.function_name):
        open("/tmp/" + context.function_name, "w").close()
        raise RuntimeError("once")
    sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps({"numbers": numbers, "event": event["Records"][0]}))
"""


@pytest.fixture
def pipeline(client, lambdas, create, unique):
    """A stream, a queue and a collecting function; returns helpers."""
    kinesis, sqs = client("kinesis"), client("sqs")

    class Pipeline:
        def __init__(self):
            kinesis.create_stream(StreamName=unique, ShardCount=1)
            self.arn = kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]["StreamARN"]
            self.queue = sqs.create_queue(QueueName=unique)["QueueUrl"]

        def function(self, **variables):
            return create(COLLECT, Environment={"Variables": {"OUT": self.queue, **variables}})

        def map(self, **options):
            options.setdefault("StartingPosition", "TRIM_HORIZON")
            return lambdas.create_event_source_mapping(FunctionName=unique, EventSourceArn=self.arn, **options)

        def put(self, *numbers):
            records = [{"Data": json.dumps({"n": n}), "PartitionKey": "k"} for n in numbers]
            return kinesis.put_records(StreamName=unique, Records=records)["Records"]

        def batches(self, count, seconds=20):
            """The next `count` batches that the function handled."""
            found = []

            def enough():
                answer = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=1, WaitTimeSeconds=1)
                found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
                return len(found) >= count

            eventually(enough, seconds, interval=0)
            return found

    return Pipeline()


def test_a_mapping_delivers_events_as_aws_writes_them(pipeline):
    pipeline.function()
    mapping = pipeline.map(BatchSize=10)
    assert mapping["BatchSize"] == 10 and mapping["State"] in ("Creating", "Enabled")
    (put,) = pipeline.put(1)
    (batch,) = pipeline.batches(1)
    event = batch["event"]
    assert event["eventID"] == f"shardId-000000000000:{put['SequenceNumber']}"
    assert event["eventName"] == "aws:kinesis:record" and event["eventSource"] == "aws:kinesis" and event["eventVersion"] == "1.0"
    assert event["eventSourceARN"] == pipeline.arn and event["awsRegion"] == "us-east-1"
    assert event["kinesis"]["partitionKey"] == "k" and event["kinesis"]["kinesisSchemaVersion"] == "1.0"
    assert abs(event["kinesis"]["approximateArrivalTimestamp"] - time.time()) < 60


def test_batch_size_is_obeyed_and_order_kept(pipeline):
    pipeline.function()
    pipeline.put(*range(25))
    pipeline.map(BatchSize=10)
    assert [batch["numbers"] for batch in pipeline.batches(3)] == [list(range(10)), list(range(10, 20)), list(range(20, 25))]


def test_a_failed_batch_is_delivered_again_before_anything_else(pipeline):
    pipeline.function(FAIL_ON="1")
    pipeline.map(BatchSize=2)
    pipeline.put(1, 2)
    pipeline.put(3)
    numbers = [number for batch in pipeline.batches(2) for number in batch["numbers"]]
    assert numbers[:3] == [1, 2, 3]


def test_latest_starts_behind_what_is_there(pipeline):
    pipeline.function()
    pipeline.put(1, 2, 3)
    pipeline.map(StartingPosition="LATEST")
    pipeline.put(4)
    assert pipeline.batches(1)[0]["numbers"] == [4]


def test_disabled_keeps_its_position(pipeline, lambdas):
    pipeline.function()
    uuid = pipeline.map()["UUID"]
    pipeline.put(1)
    assert pipeline.batches(1)[0]["numbers"] == [1]
    lambdas.update_event_source_mapping(UUID=uuid, Enabled=False)
    eventually(lambda: lambdas.get_event_source_mapping(UUID=uuid)["State"] == "Disabled")
    pipeline.put(2)
    time.sleep(0.5)
    lambdas.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert pipeline.batches(1)[0]["numbers"] == [2]
    lambdas.delete_event_source_mapping(UUID=uuid)


def test_the_batching_window_gathers(pipeline):
    pipeline.function()
    pipeline.map(MaximumBatchingWindowInSeconds=2, BatchSize=100)
    for n in range(4):
        pipeline.put(n)
        time.sleep(0.2)
    assert [batch["numbers"] for batch in pipeline.batches(1)] == [[0, 1, 2, 3]]


@pytest.mark.parametrize("options", [
    {"BatchSize": 0}, {"BatchSize": 10001}, {"MaximumBatchingWindowInSeconds": 301}, {"StartingPosition": "MIDDLE"},
    {"ParallelizationFactor": 11},
])
def test_mapping_limits(pipeline, options):
    pipeline.function()
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        pipeline.map(**options)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
