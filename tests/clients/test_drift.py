"""Drift of a stack's resources from its template, as boto3 shows it, for every type that can be read."""

import json
import time

import pytest

from support.pipelines import ROLE
from support.server import eventually

TEMPLATE = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
      Tags: [{Key: team, Value: mill}]
  Dead: {Type: AWS::SQS::Queue}
  Stream:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: 2, RetentionPeriodHours: 24, Tags: [{Key: team, Value: mill}]}
""" + ROLE + """\
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
      Policies:
        - PolicyName: send
          PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn}]}
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Role]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "kinesis:*", Resource: "*"}]}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Timeout: 5
      Environment: {Variables: {QUEUE: !Ref Queue, LEVEL: info}}
      Code: {ZipFile: "def handler(event, context): pass"}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Stream.Arn
      FunctionName: !Ref Function
      StartingPosition: LATEST
      BatchSize: 10
      BisectBatchOnFunctionError: true
      MaximumRetryAttempts: 3
"""


@pytest.fixture
def stack(client, unique):
    stacks = client("cloudformation")
    name = "d-" + "".join(c if c.isalnum() else "-" for c in unique)
    stacks.create_stack(StackName=name, TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_IAM"])
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    yield name
    stacks.delete_stack(StackName=name)


def physical_ids(stacks, name):
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in stacks.list_stack_resources(StackName=name)["StackResourceSummaries"]}


def detect(stacks, name):
    detection = stacks.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
    return eventually(lambda: (status := stacks.describe_stack_drift_detection_status(StackDriftDetectionId=detection))
                      ["DetectionStatus"] != "DETECTION_IN_PROGRESS" and status)


def drifts(stacks, name):
    return {drift["LogicalResourceId"]: drift for drift in stacks.describe_stack_resource_drifts(StackName=name)["StackResourceDrifts"]}


def differences(drift):
    return {(difference["PropertyPath"], difference["DifferenceType"]): (difference["ExpectedValue"], difference["ActualValue"])
            for difference in drift["PropertyDifferences"]}


def test_a_new_stack_is_in_sync(client, stack):
    stacks = client("cloudformation")
    status = detect(stacks, stack)
    found = drifts(stacks, stack)
    assert {name: differences(drift) for name, drift in found.items()} == {name: {} for name in found}
    assert (status["DetectionStatus"], status["StackDriftStatus"], status["DriftedStackResourceCount"]) == ("DETECTION_COMPLETE", "IN_SYNC", 0)
    assert sorted(found) == ["Dead", "Function", "Mapping", "Queue", "Role", "Stream"]
    assert json.loads(found["Queue"]["ExpectedProperties"])["VisibilityTimeout"] == 30


def test_what_was_changed_by_hand_is_found(client, stack):
    stacks, ids = client("cloudformation"), physical_ids(client("cloudformation"), stack)
    sqs, kinesis, iam, functions = client("sqs"), client("kinesis"), client("iam"), client("lambda")
    sqs.set_queue_attributes(QueueUrl=ids["Queue"], Attributes={"VisibilityTimeout": "45", "RedrivePolicy": ""})
    sqs.tag_queue(QueueUrl=ids["Queue"], Tags={"owner": "me"})
    kinesis.increase_stream_retention_period(StreamName=ids["Stream"], RetentionPeriodHours=48)
    kinesis.remove_tags_from_stream(StreamName=ids["Stream"], TagKeys=["team"])
    iam.detach_role_policy(RoleName=ids["Role"], PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    functions.update_function_configuration(FunctionName=ids["Function"], Timeout=9, Environment={"Variables": {"LEVEL": "debug", "NEW": "1"}})
    functions.update_event_source_mapping(UUID=ids["Mapping"], BatchSize=20)
    eventually(lambda: functions.get_event_source_mapping(UUID=ids["Mapping"])["BatchSize"] == 20)
    time.sleep(0.1)

    assert detect(stacks, stack)["StackDriftStatus"] == "DRIFTED"
    found = {name: differences(drift) for name, drift in drifts(stacks, stack).items()}
    assert found["Queue"].pop(("/RedrivePolicy", "REMOVE"))[1] == "null"
    assert found["Queue"] == {("/VisibilityTimeout", "NOT_EQUAL"): ("30", "45"),
                              ("/Tags/0", "ADD"): ("null", '{"Key":"owner","Value":"me"}')}
    assert found["Stream"] == {("/RetentionPeriodHours", "NOT_EQUAL"): ("24", "48"),
                               ("/Tags/0", "REMOVE"): ('{"Key":"team","Value":"mill"}', "null")}
    assert list(found["Role"]) == [("/ManagedPolicyArns/0", "REMOVE")]
    environment = found["Function"]
    assert environment.pop(("/Environment/Variables/QUEUE", "REMOVE"))[1] == "null"
    assert environment == {("/Timeout", "NOT_EQUAL"): ("5", "9"), ("/Environment/Variables/LEVEL", "NOT_EQUAL"): ("info", "debug"),
                           ("/Environment/Variables/NEW", "ADD"): ("null", "1")}
    assert found["Mapping"] == {("/BatchSize", "NOT_EQUAL"): ("10", "20")}


def test_what_was_deleted_by_hand_is_found(client, stack):
    stacks = client("cloudformation")
    client("sqs").delete_queue(QueueUrl=physical_ids(stacks, stack)["Dead"])
    drift = stacks.detect_stack_resource_drift(StackName=stack, LogicalResourceId="Dead")["StackResourceDrift"]
    assert drift["StackResourceDriftStatus"] == "DELETED"
    assert detect(stacks, stack)["DriftedStackResourceCount"] == 1
    summaries = stacks.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    states = {summary["LogicalResourceId"]: summary["DriftInformation"]["StackResourceDriftStatus"] for summary in summaries}
    assert states == {"Queue": "IN_SYNC", "Dead": "DELETED", "Stream": "IN_SYNC", "Role": "IN_SYNC", "More": "NOT_CHECKED",
                      "Function": "IN_SYNC", "Mapping": "IN_SYNC"}
