"""Millrace is killed while it makes a stack whose resources have names of their own. After the restart the creation is taken back without a
leftover, or it is complete: either way the next one finds every name free."""

import contextlib
import os
import random
import threading
import time

import botocore.exceptions
from support.pipelines import FORWARDER

KILLS = max(6, int(os.environ.get("MILLRACE_KILLS", "20")) // 2)
SEED = int(os.environ.get("MILLRACE_SEED", str(time.time_ns() % 1_000_000)))
TEMPLATE = """
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {Name: named, ShardCount: 2}}
  Out: {Type: AWS::SQS::Queue, Properties: {QueueName: named}}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: named}}
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


def settled(stacks):
    while True:
        found = [stack["StackStatus"] for stack in stacks.describe_stacks()["Stacks"]]
        if not any(status.endswith("_IN_PROGRESS") for status in found):
            return found
        time.sleep(0.02)


def create_and_kill(server, stacks, delay):
    """The whole creation takes a few milliseconds: the request is still under way when the clock starts."""

    def create():
        with contextlib.suppress(botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            stacks.create_stack(StackName="named", TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_NAMED_IAM"])

    request = threading.Thread(target=create)
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
        "groups": [group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]],
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "roles": client("iam").list_roles()["Roles"],
        "functions": client("lambda").list_functions()["Functions"],
        "mappings": client("lambda").list_event_source_mappings()["EventSourceMappings"],
    }


def test_a_killed_creation_leaves_nothing_behind(server, client_of):
    chance = random.Random(SEED)
    nothing = left(lambda service: client_of(server, service))
    for kill in range(KILLS):
        create_and_kill(server, client_of(server, "cloudformation"), chance.uniform(0, 0.05))
        stacks = client_of(server, "cloudformation")
        how = settled(stacks)
        assert how in ([], ["ROLLBACK_COMPLETE"], ["CREATE_COMPLETE"]), (SEED, kill, how)
        stacks.delete_stack(StackName="named")
        assert settled(stacks) == [], (SEED, kill)
        assert left(lambda service: client_of(server, service)) == nothing, (SEED, kill, how)


def test_what_was_there_before_a_killed_creation_stays(server, client_of):
    chance = random.Random(SEED)
    client_of(server, "kinesis").create_stream(StreamName="named", ShardCount=1)
    for kill in range(KILLS // 2):
        create_and_kill(server, client_of(server, "cloudformation"), chance.uniform(0, 0.05))
        stacks = client_of(server, "cloudformation")
        assert settled(stacks) in ([], ["ROLLBACK_COMPLETE"]), (SEED, kill)
        assert client_of(server, "kinesis").list_streams()["StreamNames"] == ["named"]
        stacks.delete_stack(StackName="named")
        assert settled(stacks) == [], (SEED, kill)
