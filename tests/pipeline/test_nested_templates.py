"""Templates in S3: nested stacks as `aws cloudformation package` uploads them, kills while they change, templates by their URL."""

import contextlib
import threading
import time
import uuid

import botocore.exceptions
import pytest

from support.cli import aws, millrace
from support.server import eventually

CHILD = """
Parameters: {Shards: {Type: Number, Default: 1}}
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: !Ref Shards}}
Outputs:
  Stream: {Value: !Ref In}
"""

PARENT = """
Parameters: {Shards: {Type: Number, Default: 1}}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Shards: !Ref Shards}}
  Out: {Type: AWS::SQS::Queue}
Outputs:
  Stream: {Value: !GetAtt Inner.Outputs.Stream}
"""


@pytest.fixture
def templates(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "child.yaml").write_text(CHILD)
    (folder / "parent.yaml").write_text(PARENT)
    return folder


def outputs_of(cloudformation, stack):
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def test_a_packaged_nested_stack_comes_up_changes_and_goes(client, endpoint, unique, templates, tmp_path):
    cloudformation, kinesis = client("cloudformation"), client("kinesis")
    bucket = f"templates-{uuid.uuid4().hex[:12]}"
    aws(endpoint, "s3", "mb", f"s3://{bucket}")
    packaged = tmp_path / "packaged.yaml"
    aws(endpoint, "cloudformation", "package", "--template-file", templates / "parent.yaml", "--s3-bucket", bucket, "--output-template-file", packaged)
    deploy = ("cloudformation", "deploy", "--template-file", packaged, "--stack-name", unique)
    aws(endpoint, *deploy)
    stream = outputs_of(cloudformation, unique)["Stream"]
    inner = cloudformation.describe_stack_resource(StackName=unique, LogicalResourceId="Inner")["StackResourceDetail"]["PhysicalResourceId"]
    tags = {tag["Key"]: tag["Value"] for tag in kinesis.list_tags_for_stream(StreamName=stream)["Tags"]}
    assert tags["aws:cloudformation:stack-id"] == inner
    kinesis.put_record(StreamName=stream, Data=b"kept", PartitionKey="k")

    time.sleep(1)  # the CLI names its change sets by the second
    aws(endpoint, *deploy, "--parameter-overrides", "Shards=2")
    assert outputs_of(cloudformation, unique)["Stream"] == stream
    shards = kinesis.list_shards(StreamName=stream)["Shards"]
    assert len([shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]) == 2

    cloudformation.delete_stack(StackName=unique)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=unique, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    assert stream not in kinesis.list_streams()["StreamNames"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_millrace_deploys_local_templates(client, endpoint, unique, templates, region):
    cloudformation, kinesis = client("cloudformation", region=region), client("kinesis", region=region)
    deploy = ("deploy", templates / "parent.yaml", "--stack-name", unique, "--region", region)
    millrace(*deploy, endpoint=endpoint)
    stream = outputs_of(cloudformation, unique)["Stream"]

    child = templates / "child.yaml"
    child.write_text(child.read_text() + "  Shards: {Value: !Ref Shards}\n")
    millrace(*deploy, "--parameter", "Shards=2", endpoint=endpoint)
    assert outputs_of(cloudformation, unique)["Stream"] == stream
    inner = cloudformation.describe_stack_resource(StackName=unique, LogicalResourceId="Inner")["StackResourceDetail"]["PhysicalResourceId"]
    assert outputs_of(cloudformation, inner) == {"Stream": stream, "Shards": "2"}, "the changed template"

    child.write_text("Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: none}}}")
    refused = millrace(*deploy, endpoint=endpoint, check=False)
    assert refused.returncode == 1 and f'{child}:1: resource F: its code "none" is not there' in refused.stderr
    millrace("destroy", unique, "--region", region, endpoint=endpoint)
    assert stream not in kinesis.list_streams()["StreamNames"]


def test_change_sets_show_what_is_nested(client, endpoint, unique, templates):
    cloudformation = client("cloudformation")
    millrace("deploy", templates / "parent.yaml", "--stack-name", unique, endpoint=endpoint)
    made = cloudformation.create_change_set(StackName=unique, ChangeSetName="next", UsePreviousTemplate=True, IncludeNestedStacks=True,
                                            Parameters=[{"ParameterKey": "Shards", "ParameterValue": "2"}])
    shown = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    inner = shown["Changes"][0]["ResourceChange"]
    assert (inner["LogicalResourceId"], shown["IncludeNestedStacks"]) == ("Inner", True)
    nested = cloudformation.describe_change_set(ChangeSetName=inner["ChangeSetId"])
    assert nested["RootChangeSetId"] == nested["ParentChangeSetId"] == made["Id"]
    assert [change["ResourceChange"]["LogicalResourceId"] for change in nested["Changes"]] == ["In"]
    with pytest.raises(cloudformation.exceptions.InvalidChangeSetStatusException):
        cloudformation.execute_change_set(ChangeSetName=inner["ChangeSetId"])
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    cloudformation.get_waiter("stack_update_complete").wait(StackName=unique, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    stream = outputs_of(cloudformation, unique)["Stream"]
    assert client("kinesis").describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["OpenShardCount"] == 2


def test_a_template_by_its_url(client, endpoint, unique, templates):
    s3, cloudformation = client("s3"), client("cloudformation")
    bucket = f"templates-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    s3.upload_file(str(templates / "child.yaml"), bucket, "some/child.yaml")
    url = f"{endpoint}/{bucket}/some/child.yaml"
    assert [p["ParameterKey"] for p in cloudformation.get_template_summary(TemplateURL=url)["Parameters"]] == ["Shards"]
    # As the console and SAM write it: an address of AWS's, which leads here.
    cloudformation.create_stack(StackName=unique, TemplateURL=f"https://{bucket}.s3.us-east-1.amazonaws.com/some/child.yaml")
    cloudformation.get_waiter("stack_create_complete").wait(StackName=unique, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    assert outputs_of(cloudformation, unique)["Stream"]
    with pytest.raises(cloudformation.exceptions.ClientError) as refused:
        cloudformation.validate_template(TemplateURL=f"{endpoint}/{bucket}/missing.yaml")
    assert refused.value.response["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1])
def test_a_kill_while_a_nested_stack_changes_leaves_it_changed_or_as_it_was(server, client_of, delay):
    s3, cloudformation = client_of(server, "s3"), client_of(server, "cloudformation")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="child.yaml", Body=CHILD)
    parent = PARENT.replace("child.yaml", "https://s3.amazonaws.com/templates/child.yaml")
    cloudformation.create_stack(StackName="outer", TemplateBody=parent, OnFailure="ROLLBACK")

    def update():
        with contextlib.suppress(botocore.exceptions.BotoCoreError):  # the server goes before it answers
            cloudformation.update_stack(StackName="outer", TemplateBody=parent, Parameters=[{"ParameterKey": "Shards", "ParameterValue": "2"}])

    thread = threading.Thread(target=update)
    thread.start()
    time.sleep(delay)
    server.kill()
    thread.join()
    server.start()
    cloudformation = client_of(server, "cloudformation")

    def statuses():
        return {stack["StackName"]: stack["StackStatus"] for stack in cloudformation.describe_stacks()["Stacks"]}

    assert eventually(lambda: all(status.endswith("_COMPLETE") for status in statuses().values()))
    outer = statuses()["outer"]
    kinesis = client_of(server, "kinesis")
    shards = kinesis.list_shards(StreamName=outputs_of(cloudformation, "outer")["Stream"])["Shards"]
    live = [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
    assert (outer, len(live)) in [("CREATE_COMPLETE", 1), ("UPDATE_COMPLETE", 2), ("UPDATE_ROLLBACK_COMPLETE", 1)]
