"""Millrace's own commands, as people type them."""

import json
import pathlib
import shutil
import signal
import subprocess

import pytest

from support.cli import environment, millrace
from support.server import BINARY, Server, eventually, free_port

HANDLER = """
def handler(event, context):
    print("hello", event.get("name"))
    return {"hello": event.get("name")}
"""

TEMPLATE = """
Outputs:
  Name:
    Value: !Ref Hello
Resources:
  Hello:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: hello-%s
      Runtime: python3.12
      Handler: index.handler
      Code: code
      Role: arn:aws:iam::000000000000:role/any
"""


@pytest.fixture
def project(tmp_path, unique):
    """A template beside the folder of its function."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "index.py").write_text(HANDLER)
    (tmp_path / "template.yaml").write_text(TEMPLATE % unique)
    return tmp_path


def test_invoke_and_logs(project, endpoint, unique):
    deployed = millrace("deploy", project / "template.yaml", "--stack-name", unique, endpoint=endpoint)
    assert "OUTPUT" in deployed.stdout
    done = millrace("invoke", f"hello-{unique}", "--payload", '{"name": "mühle"}', "--log", endpoint=endpoint)
    assert json.loads(done.stdout) == {"hello": "mühle"}
    assert "hello mühle" in done.stdout + done.stderr
    eventually(lambda: "hello mühle" in millrace("logs", f"hello-{unique}", endpoint=endpoint).stdout)
    status = json.loads(millrace("status", unique, "--json", endpoint=endpoint).stdout)
    assert status["StackName"] == unique
    failed = millrace("invoke", "there-is-none", endpoint=endpoint, check=False)
    assert failed.returncode == 1 and "there-is-none" in failed.stderr and not failed.stdout
    destroyed = millrace("destroy", unique, endpoint=endpoint)
    assert "DELETE_COMPLETE" in destroyed.stdout and "OUTPUT" not in destroyed.stdout


def test_a_changed_function_folder_runs_without_deploying(project, endpoint, unique):
    millrace("deploy", project / "template.yaml", "--stack-name", unique, endpoint=endpoint)
    assert "hello" in millrace("invoke", f"hello-{unique}", "--payload", "{}", endpoint=endpoint).stdout
    (project / "code" / "index.py").write_text("def handler(event, context):\n    return 'changed'\n")
    assert json.loads(millrace("invoke", f"hello-{unique}", "--payload", "{}", endpoint=endpoint).stdout) == "changed"


def test_put_takes_lines_and_tail_shows_them(endpoint, unique, client):
    client("kinesis").create_stream(StreamName=unique, ShardCount=1)
    lines = "".join(json.dumps({"n": n}) + "\n" for n in range(1200))
    millrace("put", unique, endpoint=endpoint, input=lines)
    shown = millrace("tail", unique, endpoint=endpoint).stdout.splitlines()
    assert len(shown) == 1200 and '{"n": 1199}' in "".join(shown)


def test_env_is_for_eval(endpoint):
    done = subprocess.run(["bash", "-c", f'eval "$({BINARY} env --port 4599)"; echo $AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID'],
                          capture_output=True, text=True, check=True)
    assert done.stdout == "http://127.0.0.1:4599 test\n"


SERVERLESS = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Handler: index.handler, Timeout: 20}}
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Out: {Type: AWS::SQS::Queue}
  Forward:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Environment: {Variables: {OUT: !Ref Out}}
      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Out.QueueName}}]
      Events:
        Stream: {Type: Kinesis, Properties: {Stream: !GetAtt In.Arn, StartingPosition: TRIM_HORIZON}}
Outputs:
  In: {Value: !Ref In}
  Out: {Value: !Ref Out}
"""

FORWARD = """
import base64, json, os, urllib.request

def handler(event, context):
    for record in event["Records"]:
        body = {"QueueUrl": os.environ["OUT"], "MessageBody": base64.b64decode(record["kinesis"]["data"]).decode()}
        request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], json.dumps(body).encode(), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"})
        urllib.request.urlopen(request).read()
"""


def test_a_serverless_template_is_deployed_with_its_folder(project, endpoint, unique, client):
    (project / "template.yaml").write_text(SERVERLESS)
    (project / "code" / "index.py").write_text(FORWARD)
    done = millrace("deploy", project / "template.yaml", "--stack-name", unique, "--json", endpoint=endpoint)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in json.loads(done.stdout)["Outputs"]}
    resources = client("cloudformation").list_stack_resources(StackName=unique)["StackResourceSummaries"]
    assert {resource["LogicalResourceId"] for resource in resources} == {
        "In", "Out", "Forward", "ForwardRole", "ForwardStream"}
    client("kinesis").put_record(StreamName=outputs["In"], Data=b"grain", PartitionKey="p")
    def arrived():
        messages = client("sqs").receive_message(QueueUrl=outputs["Out"], WaitTimeSeconds=5).get("Messages", [])
        return [message["Body"] for message in messages] == ["grain"]
    eventually(arrived)
    # Again: nothing has changed.
    again = millrace("deploy", project / "template.yaml", "--stack-name", unique, endpoint=endpoint)
    assert again.returncode == 0
    millrace("destroy", unique, endpoint=endpoint)


def test_unknown_types_are_skipped_when_asked(tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {B: {Type: AWS::SNS::Topic}, Q: {Type: AWS::SQS::Queue}}\n")
    with Server(tmp_path / "strict") as server:
        refused = millrace("deploy", template, endpoint=server.endpoint, check=False)
        assert refused.returncode == 1 and "Unrecognized resource types: [AWS::SNS::Topic]" in refused.stderr
    with Server(tmp_path / "lenient", "--allow-unknown-types") as server:
        done = millrace("deploy", template, endpoint=server.endpoint)
        assert "Skipped: Millrace does not offer AWS::SNS::Topic" in done.stdout + done.stderr
        millrace("destroy", "template", endpoint=server.endpoint)


COMMANDS = ["serve", "up", "deploy", "destroy", "status", "put", "tail", "logs", "invoke", "replay", "env", "backup", "doctor"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(command):
    said = millrace(command, "--help").stdout
    assert f"millrace {command}" in said and "Examples:" in said


@pytest.mark.parametrize("arguments, right", [(["delpoy"], "deploy"), (["put", "--dta", "x"], "--data"), (["deploy", "x", "--paramter", "a"], "--parameter"),
                                              (["deploy", "x", "--allow-unknown-types"], "it belongs to millrace serve, millrace up")])
def test_a_mistake_names_the_right_word(arguments, right):
    done = millrace(*arguments, check=False)
    assert done.returncode == 2 and right in done.stderr and not done.stdout


def test_nobody_listens(unique):
    done = millrace("status", endpoint=f"http://127.0.0.1:{free_port()}", check=False)
    assert done.returncode == 1 and "127.0.0.1" in done.stderr


class Up:
    """`millrace up` in the background; its stdout as it comes."""

    def __init__(self, project, *arguments):
        self.port = free_port()
        command = [BINARY, "up", project / "template.yaml", "--port", str(self.port), "--data-dir", project / "data", *arguments]
        self.output = project / "output.txt"
        self.process = subprocess.Popen(command, stdout=self.output.open("w"), stderr=subprocess.STDOUT, env=environment(""))

    def said(self, text):
        return text in self.output.read_text()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


def test_up_deploys_into_the_region_that_it_is_told(project):
    up = Up(project, "--stack-name", "app", "--region", "eu-west-1")
    try:
        eventually(lambda: up.said("CREATE_COMPLETE               AWS::CloudFormation::Stack"))
        there = millrace("status", "--region", "eu-west-1", endpoint=f"http://127.0.0.1:{up.port}").stdout
        elsewhere = millrace("status", "--region", "us-east-1", endpoint=f"http://127.0.0.1:{up.port}").stdout
        assert "app" in there and "app" not in elsewhere
    finally:
        up.end()


def test_up_serves_deploys_and_follows(project, unique):
    up = Up(project, "--stack-name", "app", "--watch")
    try:
        eventually(lambda: up.said("CREATE_COMPLETE               AWS::CloudFormation::Stack"))
        millrace("invoke", f"hello-{unique}", "--payload", '{"name": "up"}', endpoint=f"http://127.0.0.1:{up.port}")
        eventually(lambda: up.said("hello up"))
        template = project / "template.yaml"
        changed = template.read_text() + "      Description: changed\n"
        template.write_text(changed)
        eventually(lambda: up.said("UPDATE_COMPLETE"))
    finally:
        assert up.end() == 0


def test_up_follows_the_template_of_a_nested_stack(tmp_path):
    (tmp_path / "inner").mkdir()
    inner = tmp_path / "inner" / "queue.yaml"
    inner.write_text("Resources: {Q: {Type: AWS::SQS::Queue}}\n")
    (tmp_path / "template.yaml").write_text(
        "Resources: {Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner/queue.yaml}}}\n")
    up = Up(tmp_path, "--stack-name", "app", "--watch")
    try:
        eventually(lambda: up.said("CREATE_COMPLETE               AWS::CloudFormation::Stack"))
        inner.write_text("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 3}}}\n")
        eventually(lambda: up.said("UPDATE_COMPLETE"))
    finally:
        assert up.end() == 0


LAYERED = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}
  F:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: NAME, Runtime: python3.12, Handler: app.handler, CodeUri: code, Layers: [!Ref Layer]}
"""


def test_up_follows_what_a_layer_is_made_of(tmp_path, unique):
    package = tmp_path / "layer" / "python" / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("VALUE = 1")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("import os, package\n\ndef handler(event, context):\n"
                                              "    return [package.VALUE, sorted(os.listdir(package.__path__[0] + '/..'))]\n")
    (tmp_path / "template.yaml").write_text(LAYERED.replace("NAME", unique))
    up = Up(tmp_path, "--stack-name", "app", "--watch")

    def answers(value, *names):
        done = millrace("invoke", unique, endpoint=f"http://127.0.0.1:{up.port}", check=False)
        return done.returncode == 0 and json.loads(done.stdout) == [value, sorted(names)]

    try:
        eventually(lambda: answers(1, "package"))
        (package / "__init__.py").write_text("VALUE = 2")
        eventually(lambda: answers(2, "package"))
        other = tmp_path / "layer" / "python" / "other"
        other.mkdir()
        eventually(lambda: up.said("is up to date"))
        (other / "__init__.py").write_text("")
        eventually(lambda: answers(2, "other", "package"))
        shutil.rmtree(other)
        eventually(lambda: answers(2, "package"))
    finally:
        assert up.end() == 0


def test_up_follows_a_layer_whose_folder_is_made_anew(tmp_path):
    build = tmp_path / "build"
    (tmp_path / "template.yaml").write_text("Resources: {L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: build/layer}}}\n")

    def make(text):
        (build / "layer").mkdir(parents=True)
        (build / "layer" / "m.py").write_text(text)

    make("x = 1")
    up = Up(tmp_path, "--stack-name", "app", "--watch")
    try:
        eventually(lambda: up.said("CREATE_COMPLETE               AWS::CloudFormation::Stack"))
        shutil.rmtree(build)
        eventually(lambda: up.said('its content "build/layer" is not there'))
        make("x = 2")
        eventually(lambda: up.said("UPDATE_COMPLETE               AWS::CloudFormation::Stack"))
    finally:
        assert up.end() == 0


def test_up_follows_a_layer_with_links_in_circles(tmp_path):
    (tmp_path / "layer").mkdir()
    for name in ("a", "b"):
        (tmp_path / "layer" / name).symlink_to(".")
    (tmp_path / "template.yaml").write_text("Resources: {L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: layer}}}\n")
    up = Up(tmp_path, "--stack-name", "app", "--watch")
    try:
        (tmp_path / "layer" / "m.py").write_text("x = 1")
        eventually(lambda: up.said("CREATE_COMPLETE               AWS::CloudFormation::Stack"))
        (tmp_path / "layer" / "m.py").write_text("x = 2")
        eventually(lambda: up.said("UPDATE_COMPLETE               AWS::CloudFormation::Stack"))
    finally:
        assert up.end() == 0


def test_up_does_not_deploy_its_own_data_again_and_again(tmp_path):
    (tmp_path / "template.yaml").write_text("Resources: {L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: .}}}\n")
    up = Up(tmp_path, "--stack-name", "app", "--watch")
    try:
        eventually(lambda: up.said("CREATE_COMPLETE               AWS::CloudFormation::Stack"))
        assert up.said(f"changes of {tmp_path} are not noticed: the data directory lies in it")
    finally:
        assert up.end() == 0


def test_up_begins_anew_after_a_failed_creation(tmp_path):
    def up_with(timeout):
        (tmp_path / "template.yaml").write_text(f"Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {timeout}}}}}}}\n")
        return Up(tmp_path, "--stack-name", "app")

    assert up_with(99_999).process.wait(timeout=20) != 0
    up = up_with(30)
    try:
        eventually(lambda: up.said("CREATE_COMPLETE               AWS::CloudFormation::Stack"))
        assert up.said("stack app is in ROLLBACK_COMPLETE: it is deleted first")
    finally:
        assert up.end() == 0


def test_up_deletes_no_stack_that_keeps_something(tmp_path):
    (tmp_path / "template.yaml").write_text("""Resources:
  Kept: {Type: AWS::SQS::Queue, DeletionPolicy: Retain}
  Bad: {Type: AWS::SQS::Queue, DependsOn: Kept, Properties: {VisibilityTimeout: 99999}}
""")
    assert Up(tmp_path, "--stack-name", "app").process.wait(timeout=20) != 0
    again = Up(tmp_path, "--stack-name", "app")
    assert again.process.wait(timeout=20) != 0
    assert again.said("keeps Kept, which its template retains")


def test_what_up_shows_of_its_deployment_is_not_among_the_lines_for_programs(project, tmp_path):
    errors = tmp_path / "errors.txt"
    command = [BINARY, "up", project / "template.yaml", "--port", str(free_port()), "--data-dir", project / "data"]
    with errors.open("w") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment(""))
    try:
        eventually(lambda: "CREATE_COMPLETE               AWS::CloudFormation::Stack" in errors.read_text())
    finally:
        process.send_signal(signal.SIGTERM)
    lines = process.stdout.read().splitlines()
    assert lines and all(isinstance(json.loads(line), dict) for line in lines)
    assert process.wait(timeout=15) == 0


def test_up_with_a_bad_template_says_why_and_ends(project):
    (project / "template.yaml").write_text("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Colour: red}}}\n")
    up = Up(project)
    assert up.process.wait(timeout=20) != 0
    assert up.said("Colour")
    missing = subprocess.run([BINARY, "up", project / "none.yaml", "--data-dir", project / "never"], capture_output=True, text=True)
    assert missing.returncode == 1 and "none.yaml" in missing.stderr
    assert not pathlib.Path(project / "never").exists()
