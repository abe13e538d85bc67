"""The example pipeline, with each of its functions, on the SDKs it will meet."""

import json
import re
import subprocess
import sys

import pytest
from awscli.customizations.cloudformation.yamlhelper import yaml_parse

from aws_json import Api, blob
from support.cli import aws, millrace
from support.server import ROOT, Server, eventually

EXAMPLE = ROOT / "examples" / "kinesis-to-sqs"
PYTHON = ROOT / "build" / "clients" / "python" / "bin" / "python"
DEBIAN_PATH = "/usr/bin:/bin"
NEWEST_PATH = f"{PYTHON.parent}:{DEBIAN_PATH}"

EVENTS = [json.loads(line) for line in (EXAMPLE / "events" / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def print_template(function):
    return subprocess.run([PYTHON, EXAMPLE / "template.py", "--function", function], check=True, capture_output=True, text=True).stdout


def test_yaml_json_and_troposphere_say_the_same(endpoint):
    printed = json.loads(print_template("cpp"))
    committed = json.loads((EXAMPLE / "template.json").read_text())
    assert printed == committed, "print it again: python3 template.py > template.json"
    assert json.loads(json.dumps(yaml_parse((EXAMPLE / "template.yaml").read_text()), default=str)) == committed
    # Both are compared as the program reads them: deployed, they make the same stack.
    stacks = {}
    for name in ("template.yaml", "template.json"):
        stack = name.replace(".", "-")
        millrace("deploy", EXAMPLE / name, "--stack-name", stack, endpoint=endpoint)
        body = aws(endpoint, "cloudformation", "get-template-summary", "--stack-name", stack)
        stacks[name] = {key: body[key] for key in ("Parameters", "ResourceTypes", "Capabilities")}
        millrace("destroy", stack, endpoint=endpoint)
    assert stacks["template.yaml"]["Parameters"] == stacks["template.json"]["Parameters"]
    assert sorted(stacks["template.yaml"]["ResourceTypes"]) == sorted(stacks["template.json"]["ResourceTypes"])


def test_cfn_lint_has_nothing_to_say():
    linted = subprocess.run([PYTHON.parent / "cfn-lint", "--non-zero-exit-code", "error", EXAMPLE / "template.yaml"], capture_output=True,
                            text=True)
    # A local path as Code is for `aws cloudformation package`; cfn-lint wants the packaged form.
    complaints = [line for line in linted.stdout.splitlines() if re.match(r"E\d+", line) and "functions/cpp/package" not in line]
    assert not complaints, linted.stdout


def test_the_cpp_function_asks_no_more_of_the_machine_than_al2023_has():
    symbols = subprocess.run(["llvm-objdump-19", "-T", EXAMPLE / "functions/cpp/package/bootstrap"], check=True, capture_output=True,
                             text=True).stdout

    def newest(prefix):
        versions = re.findall(rf"\({prefix}_([0-9.]+)\)", symbols)
        return max(tuple(map(int, version.split("."))) for version in versions)

    assert newest("GLIBC") <= (2, 34)
    assert newest("GLIBCXX") <= (3, 4, 29)


@pytest.mark.parametrize("function, path, sdk", [
    ("cpp", DEBIAN_PATH, "libcurl"),
    ("python", DEBIAN_PATH, "the boto3 of Debian 12"),
    ("python", NEWEST_PATH, "the newest boto3"),
    ("python-async", DEBIAN_PATH, "the boto3 of Debian 12"),
    ("python-async", NEWEST_PATH, "the newest boto3"),
])
def test_every_record_arrives(tmp_path, function, path, sdk):
    template = EXAMPLE / f".template-{function}-{tmp_path.name}.json"
    template.write_text(print_template(function))
    events = EVENTS[:1100]  # two of them are large
    try:
        with Server(tmp_path / "data", path=path) as server:
            millrace("deploy", template, "--stack-name", "pipe", "--parameter", "ShardCount=2", endpoint=server.endpoint)
            api = Api(server.port)
            for begin in range(0, len(events), 100):
                records = [{"Data": blob(json.dumps(event, ensure_ascii=False)), "PartitionKey": str(event["id"])}
                           for event in events[begin : begin + 100]]
                assert not api.kinesis("PutRecords", StreamName="pipe-dev-events", Records=records).get("FailedRecordCount")
            received = {}
            url = api.sqs("GetQueueUrl", QueueName="pipe-dev-messages")["QueueUrl"]

            def all_there():
                answer = api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
                for message in answer.get("Messages", []):
                    received.update({event["id"]: event for event in json.loads(message["Body"])})
                return len(received) == len(events)

            eventually(all_there, seconds=40, interval=0)
            assert received == {event["id"]: event for event in events}
            assert any("records in" in line for line in server.function_lines("pipe-dev-forwarder")), "what it prints is on stdout"
    finally:
        template.unlink()


def test_the_python_function_is_a_valid_module_for_every_supported_python():
    for name in ("python", "python-async"):
        source = (EXAMPLE / "functions" / name / "index.py").read_text()
        compile(source, name, "exec", flags=0, dont_inherit=True)
        assert sys.version_info >= (3, 11)
