"""Millrace is killed while it makes or changes a stack whose resources have names of their own. After the restart that is taken back without a
leftover, or it is complete: either way the next one finds every name free."""

import contextlib
import os
import random
import threading
import time

import botocore.exceptions
from support.packages import zip_of
from support.pipelines import FORWARDER

KILLS = max(6, int(os.environ.get("MILLRACE_KILLS", "20")) // 2)
SEED = int(os.environ.get("MILLRACE_SEED", str(time.time_ns() % 1_000_000)))
TEMPLATE = """
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {Name: named, ShardCount: 2}}
  Out: {Type: AWS::SQS::Queue, Properties: {QueueName: named}}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: named}}
  Log: {Type: AWS::Logs::LogStream, Properties: {LogGroupName: before, LogStreamName: named}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: named, Type: String, Value: v}}
  Repository: {Type: AWS::ECR::Repository, Properties: {RepositoryName: named}}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: before, AuthType: NONE}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: named}}
  Published: {Type: AWS::Lambda::Version, Properties: {FunctionName: before}}
  Reader:
    Type: AWS::Kinesis::StreamConsumer
    Properties: {ConsumerName: named, StreamARN: "arn:aws:kinesis:us-east-1:000000000000:stream/before"}
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: named
      Roles: [!Ref Role]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sqs:*", Resource: "*"}]}
""" + FORWARDER + """\
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, FunctionVersion: !GetAtt Version.Version, Name: live}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt In.Arn, FunctionName: !Ref Fn, StartingPosition: TRIM_HORIZON}
"""
UPDATED = (TEMPLATE.replace("{OUT: !Ref Out}", "{OUT: !Ref Out, MORE: x}").replace("Version: {Type", "Newer: {Type")
           .replace("!GetAtt Version.Version", "!GetAtt Newer.Version"))
BEFORE = "arn:aws:kinesis:us-east-1:000000000000:stream/before"
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]


def settled(stacks):
    while True:
        found = [stack["StackStatus"] for stack in stacks.describe_stacks()["Stacks"]]
        if not any(status.endswith("_IN_PROGRESS") for status in found):
            return found
        time.sleep(0.02)


def ask_and_kill(server, ask, template, delay):
    """The whole creation takes a few milliseconds: the request is still under way when the clock starts."""

    def ask_once():
        with contextlib.suppress(botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            ask(StackName="named", TemplateBody=template, Capabilities=CAPABILITIES)

    request = threading.Thread(target=ask_once)
    request.start()
    time.sleep(delay)
    server.kill()
    request.join()
    server.start()


def left(client):
    """What there is of the template's resources, whoever made it."""
    return {
        "streams": client("kinesis").list_streams()["StreamNames"],
        "queues": client("sqs").list_queues().get("QueueUrls", []),
        "parameters": client("ssm").describe_parameters()["Parameters"],
        "repositories": client("ecr").describe_repositories()["repositories"],
        "buckets": client("s3").list_buckets()["Buckets"],
        "logs": client("logs").describe_log_streams(logGroupName="before")["logStreams"],
        "urls": client("lambda").list_function_url_configs(FunctionName="before")["FunctionUrlConfigs"],
        "groups": [group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]],
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "roles": client("iam").list_roles()["Roles"],
        "functions": [function["FunctionName"] for function in client("lambda").list_functions()["Functions"]],
        "mappings": client("lambda").list_event_source_mappings()["EventSourceMappings"],
        "versions": [
            version["Version"] for version in client("lambda").list_versions_by_function(FunctionName="before")["Versions"]],
        "readers": client("kinesis").list_stream_consumers(StreamARN=BEFORE)["Consumers"],
    }


def make_what_stays(client):
    client("kinesis").create_stream(StreamName="before", ShardCount=1)
    client("logs").create_log_group(logGroupName="before")
    client("lambda").create_function(
        FunctionName="before", Runtime="python3.12", Handler="index.handler", Role="arn:aws:iam::000000000000:role/r",
        Code={"ZipFile": zip_of({"index.py": "def handler(event, context): pass"})})


def test_a_killed_creation_leaves_nothing_behind(server, client_of):
    chance = random.Random(SEED)
    make_what_stays(lambda service: client_of(server, service))
    nothing = left(lambda service: client_of(server, service))
    for kill in range(KILLS):
        ask_and_kill(server, client_of(server, "cloudformation").create_stack, TEMPLATE, chance.uniform(0, 0.05))
        stacks = client_of(server, "cloudformation")
        how = settled(stacks)
        assert how in ([], ["ROLLBACK_COMPLETE"], ["CREATE_COMPLETE"]), (SEED, kill, how)
        stacks.delete_stack(StackName="named")
        assert settled(stacks) == [], (SEED, kill)
        assert left(lambda service: client_of(server, service)) == nothing, (SEED, kill, how)


def test_what_was_there_before_a_killed_creation_stays(server, client_of):
    chance = random.Random(SEED)
    client_of(server, "kinesis").create_stream(StreamName="named", ShardCount=1)
    client_of(server, "s3").create_bucket(Bucket="named")
    for kill in range(KILLS // 2):
        ask_and_kill(server, client_of(server, "cloudformation").create_stack, TEMPLATE, chance.uniform(0, 0.05))
        stacks = client_of(server, "cloudformation")
        assert settled(stacks) in ([], ["ROLLBACK_COMPLETE"]), (SEED, kill)
        assert client_of(server, "kinesis").list_streams()["StreamNames"] == ["named"]
        client_of(server, "s3").head_bucket(Bucket="named")
        stacks.delete_stack(StackName="named")
        assert settled(stacks) == [], (SEED, kill)


def test_a_killed_update_takes_back_the_version_that_it_published(server, client_of):
    chance = random.Random(SEED)
    make_what_stays(lambda service: client_of(server, service))
    for kill in range(KILLS):
        client_of(server, "cloudformation").create_stack(StackName="named", TemplateBody=TEMPLATE, Capabilities=CAPABILITIES)
        assert settled(client_of(server, "cloudformation")) == ["CREATE_COMPLETE"]
        function = client_of(server, "lambda").list_functions()["Functions"][-1]["FunctionName"]
        ask_and_kill(server, client_of(server, "cloudformation").update_stack, UPDATED, chance.uniform(0, 0.05))
        stacks = client_of(server, "cloudformation")
        how = settled(stacks)
        versions = client_of(server, "lambda").list_versions_by_function(FunctionName=function)["Versions"]
        expected = ["$LATEST", "2"] if how == ["UPDATE_COMPLETE"] else ["$LATEST", "1"]
        assert [version["Version"] for version in versions] == expected, (SEED, kill, how)
        stacks.delete_stack(StackName="named")
        assert settled(stacks) == [], (SEED, kill)
