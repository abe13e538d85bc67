"""What `millrace deploy` makes of templates and of what lies beside them."""

import json

import pytest

from support.cli import millrace
from support.packages import zip_of
from support.pipelines import ROLE


def test_a_template_larger_than_a_request_may_be_is_deployed_and_updated(tmp_path, endpoint, unique, client):
    template = tmp_path / "large.json"

    def deploy(delay):
        queues = {f"Q{number}": {"Type": "AWS::SQS::Queue", "Properties": {
            "QueueName": f"{unique}-{number}", "DelaySeconds": delay, "VisibilityTimeout": 60}} for number in range(8)}
        template.write_text(json.dumps({"Metadata": {"Note": "x" * 60_000}, "Resources": queues}))
        return millrace("deploy", template, "--stack-name", unique, endpoint=endpoint)

    deploy(1)
    assert "UPDATE_COMPLETE" in deploy(2).stdout
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=f"{unique}-7")["QueueUrl"]
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"] == {"DelaySeconds": "2"}
    assert "is up to date" in deploy(2).stdout
    template.write_text(json.dumps({"Metadata": {"Note": "x" * 1_100_000}, "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}))
    refused = millrace("deploy", template, "--stack-name", unique, endpoint=endpoint, check=False)
    assert refused.returncode == 1 and "Template may not exceed 1048576 bytes in size." in refused.stderr
    millrace("destroy", unique, endpoint=endpoint)


FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Layer: {LAYER}
""" + ROLE + """\
  F:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: NAME
      Runtime: python3.12
      Handler: app.handler
      Role: !GetAtt Role.Arn
      Layers: [!Ref Layer]
      Code: src/app.py
"""

LAYERS = {
    "AWS::Lambda::LayerVersion": "{Type: AWS::Lambda::LayerVersion, Properties: {Content: CONTENT}}",
    "AWS::Serverless::LayerVersion": "{Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: CONTENT}}",
}


def test_layers_and_single_files_are_deployed_from_where_they_lie(tmp_path, endpoint, unique):
    (tmp_path / "src").mkdir()
    app = tmp_path / "src" / "app.py"
    app.write_text("import shared\n\ndef handler(event, context):\n    return shared.VALUE\n")
    template = tmp_path / "template.yaml"

    def deploy(layer, content, value):
        template.write_text(FUNCTION.replace("{LAYER}", LAYERS[layer].replace("CONTENT", content)).replace("NAME", unique))
        millrace("deploy", template, "--stack-name", unique, endpoint=endpoint)
        assert json.loads(millrace("invoke", unique, endpoint=endpoint).stdout) == value

    for layer in LAYERS:
        (tmp_path / "layer" / "python").mkdir(parents=True, exist_ok=True)
        shared = tmp_path / "layer" / "python" / "shared.py"
        for value in (1, 2):
            shared.write_text(f"VALUE = {value}\n")
            deploy(layer, "layer/", value)
        (tmp_path / "layer.zip").write_bytes(zip_of({"python/shared.py": "VALUE = 3\n"}))
        deploy(layer, "./layer.zip", 3)
    app.write_text("def handler(event, context):\n    return 'changed'\n")
    assert json.loads(millrace("invoke", unique, endpoint=endpoint).stdout) == "changed", "run as it lies there"
    millrace("destroy", unique, endpoint=endpoint)


def test_a_single_file_is_the_code_of_a_serverless_function(tmp_path, endpoint, unique):
    (tmp_path / "bootstrap").write_text("""#!/bin/sh
while :; do
    id=$(curl -sS -D - -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" |
        sed -n 's/^lambda-runtime-aws-request-id: *//Ip' | tr -d '\\r\\n')
    curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d '"done"' >/dev/null
done
""")
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        f"    Properties: {{FunctionName: {unique}, CodeUri: bootstrap, Handler: x, Runtime: provided.al2023, Timeout: 20}}\n")
    millrace("deploy", tmp_path / "template.yaml", "--stack-name", unique, endpoint=endpoint)
    assert json.loads(millrace("invoke", unique, endpoint=endpoint).stdout) == "done"
    millrace("destroy", unique, endpoint=endpoint)


@pytest.mark.parametrize("name", ["code.zip", "code"])
def test_a_damaged_archive_is_no_code(tmp_path, endpoint, unique, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 and nothing else")
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        f"    Properties: {{FunctionName: {unique}, CodeUri: {name}, Handler: a.b, Runtime: python3.12}}\n")
    refused = millrace("deploy", tmp_path / "template.yaml", "--stack-name", unique, endpoint=endpoint, check=False)
    assert refused.returncode == 1 and "Could not unzip uploaded file" in refused.stderr
    millrace("destroy", unique, endpoint=endpoint)


def test_a_file_name_that_is_no_stack_name_becomes_one(tmp_path, endpoint, unique, client):
    template = tmp_path / f"01_{unique}.yaml"
    template.write_text("Resources: {Q: {Type: AWS::SQS::Queue}}\n")
    millrace("deploy", template, endpoint=endpoint)
    name = f"stack-01-{unique}"
    assert client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    millrace("destroy", name, endpoint=endpoint)


def test_a_failure_in_a_nested_stack_says_what_failed_there(tmp_path, endpoint, unique):
    def write(delay):
        (tmp_path / "inner.yaml").write_text(
            f"Resources: {{X: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: {delay}}}}}}}\n")
        for name, inner in (("middle", "inner"), ("outer", "middle")):
            (tmp_path / f"{name}.yaml").write_text(
                f"Resources: {{N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {inner}.yaml}}}}}}\n")

    def deploy(**options):
        return millrace("deploy", tmp_path / "outer.yaml", "--stack-name", unique, endpoint=endpoint, **options)

    cause = "N.N.X: Resource handler returned message: \"Invalid value for the parameter DelaySeconds."
    write(9999)
    assert f"ended in ROLLBACK_COMPLETE: {cause}" in deploy(check=False).stderr
    write(1)
    deploy()
    write(9998)
    assert f"ended in UPDATE_ROLLBACK_COMPLETE: {cause}" in deploy(check=False).stderr
    millrace("destroy", unique, endpoint=endpoint)


def test_a_nested_stack_that_cannot_be_deleted_says_why(tmp_path, endpoint, unique, client):
    (tmp_path / "inner.yaml").write_text(f"Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {unique}}}}}}}\n")
    (tmp_path / "outer.yaml").write_text("Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml}}}\n")
    millrace("deploy", tmp_path / "outer.yaml", "--stack-name", unique, endpoint=endpoint)
    client("s3").put_object(Bucket=unique, Key="kept", Body=b"")
    refused = millrace("destroy", unique, endpoint=endpoint, check=False)
    assert refused.returncode == 1 and "ended in DELETE_FAILED: N.B: " in refused.stderr and "not empty" in refused.stderr
    client("s3").delete_object(Bucket=unique, Key="kept")
    millrace("destroy", unique, endpoint=endpoint)
