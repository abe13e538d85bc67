"""CloudFormation through boto3: stacks, change sets as `aws cloudformation deploy` makes them, failures, errors."""

import json

import botocore.exceptions
import pytest

from support.server import eventually

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Description: A queue and its policy
Parameters:
  Timeout: {Type: Number, Default: 30, MinValue: 0, MaxValue: 43200}
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Resources:
  Messages:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !Ref Timeout
  Events:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: 1}
  Access:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Messages]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: !GetAtt Messages.Arn}]
Outputs:
  QueueUrl: {Value: !Ref Messages, Description: Where the messages are}
  Label: {Value: !Sub "${AWS::StackName}/${Stage}/${AWS::Region}/${AWS::AccountId}"}
"""

ROLE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
"""

FAST = {"Delay": 1, "MaxAttempts": 60}


@pytest.fixture
def stacks(client):
    return client("cloudformation")


@pytest.fixture
def create(stacks, unique):
    """create(template, ...): a stack named after the test, deleted afterwards."""
    name = "s-" + "".join(c if c.isalnum() else "-" for c in unique)

    def factory(template=TEMPLATE, wait="stack_create_complete", **options):
        answer = stacks.create_stack(StackName=name, TemplateBody=template, **options)
        if wait:
            stacks.get_waiter(wait).wait(StackName=name, WaiterConfig=FAST)
        return name, answer["StackId"]

    factory.name = name
    yield factory
    stacks.delete_stack(StackName=name)


def described(stacks, name):
    return stacks.describe_stacks(StackName=name)["Stacks"][0]


def outputs(stacks, name):
    return {output["OutputKey"]: output["OutputValue"] for output in described(stacks, name)["Outputs"]}


def parameter(key, value):
    return {"ParameterKey": key, "ParameterValue": value}


def error(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(**arguments)
    answer = raised.value.response["Error"]
    return answer["Code"], answer["Message"]


def visibility_timeout(client, url):
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    return attributes["VisibilityTimeout"]


def test_creation_is_waited_for_and_its_resources_work(client, stacks, create):
    name, stack_id = create(Tags=[{"Key": "team", "Value": "mill"}])
    assert stack_id.startswith(f"arn:aws:cloudformation:us-east-1:000000000000:stack/{name}/")
    stack = described(stacks, name)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Description"] == "A queue and its policy"
    assert stack["Tags"] == [{"Key": "team", "Value": "mill"}]
    assert outputs(stacks, name)["Label"] == f"{name}/dev/us-east-1/000000000000"
    url = outputs(stacks, name)["QueueUrl"]
    client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    assert visibility_timeout(client, url) == "30"

    resources = {r["LogicalResourceId"]: r for r in stacks.describe_stack_resources(StackName=name)["StackResources"]}
    assert set(resources) == {"Messages", "Events", "Access"}
    assert resources["Events"]["PhysicalResourceId"].startswith(f"{name}-Events-"[:20])
    assert stacks.get_template(StackName=name)["TemplateBody"] == TEMPLATE
    events = list(stacks.get_paginator("describe_stack_events").paginate(StackName=name).search("StackEvents[]"))
    assert events[0]["ResourceStatus"] == "CREATE_COMPLETE" and events[0]["ResourceType"] == "AWS::CloudFormation::Stack"
    assert events[-1]["ResourceStatusReason"] == "User Initiated"


def test_update_in_place_and_without_changes(client, stacks, create):
    name, _ = create()
    url = outputs(stacks, name)["QueueUrl"]
    assert error(stacks.update_stack, StackName=name, TemplateBody=TEMPLATE) == (
        "ValidationError", "No updates are to be performed.")
    stacks.update_stack(StackName=name, UsePreviousTemplate=True, Parameters=[parameter("Timeout", "77")])
    stacks.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=FAST)
    assert outputs(stacks, name)["QueueUrl"] == url
    assert visibility_timeout(client, url) == "77"


def test_deletion_is_waited_for_and_leaves_the_record(stacks, create):
    name, stack_id = create()
    stacks.delete_stack(StackName=name)
    stacks.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=FAST)
    assert error(stacks.describe_stacks, StackName=name) == ("ValidationError", f"Stack with id {name} does not exist")
    assert described(stacks, stack_id)["StackStatus"] == "DELETE_COMPLETE"
    summaries = stacks.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert stack_id in [summary["StackId"] for summary in summaries]


def deploy(stacks, name, template, kind, change_set, **options):
    """The calls of `aws cloudformation deploy`; the description of a change set without changes, else nothing."""
    made = stacks.create_change_set(
        StackName=name, ChangeSetName=change_set, ChangeSetType=kind, TemplateBody=template, **options)
    try:
        stacks.get_waiter("change_set_create_complete").wait(
            ChangeSetName=made["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    except botocore.exceptions.WaiterError as failed:
        return failed.last_response
    stacks.execute_change_set(ChangeSetName=change_set, StackName=name)
    waiter = "stack_create_complete" if kind == "CREATE" else "stack_update_complete"
    stacks.get_waiter(waiter).wait(StackName=name, WaiterConfig=FAST)
    return None


def test_change_sets_as_deploy_makes_them(client, stacks, create):
    name = create.name
    assert deploy(stacks, name, TEMPLATE, "CREATE", "first") is None
    unchanged = deploy(stacks, name, TEMPLATE, "UPDATE", "same")
    assert unchanged["Status"] == "FAILED"
    assert "The submitted information didn't contain changes." in unchanged["StatusReason"]
    changed = TEMPLATE.replace("Default: 30", "Default: 44")
    assert deploy(stacks, name, changed, "UPDATE", "second",
                  Parameters=[{"ParameterKey": "Stage", "UsePreviousValue": True}]) is None
    assert visibility_timeout(client, outputs(stacks, name)["QueueUrl"]) == "44"


def test_the_name_of_an_executed_change_set_is_free(stacks, create):
    """`aws cloudformation deploy` names them by the second."""
    assert deploy(stacks, create.name, TEMPLATE, "CREATE", "same-second") is None
    assert deploy(stacks, create.name, TEMPLATE.replace("Default: 30", "Default: 44"), "UPDATE", "same-second") is None


def test_an_update_makes_the_change_sets_before_it_obsolete(stacks, create):
    name, _ = create()
    stacks.create_change_set(StackName=name, ChangeSetName="old", TemplateBody=TEMPLATE.replace("Default: 30", "Default: 31"))
    stacks.update_stack(StackName=name, TemplateBody=TEMPLATE.replace("Default: 30", "Default: 32"))
    stacks.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=FAST)
    assert stacks.describe_change_set(StackName=name, ChangeSetName="old")["ExecutionStatus"] == "OBSOLETE"
    with pytest.raises(stacks.exceptions.InvalidChangeSetStatusException):
        stacks.execute_change_set(StackName=name, ChangeSetName="old")


def test_a_rollback_that_goes_on_removes_what_the_update_made_once(client, stacks, create):
    name, _ = create()
    url = outputs(stacks, name)["QueueUrl"]
    more = """
  New: {Type: AWS::SQS::Queue}
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Wait: {Type: AWS::CloudFormation::WaitCondition, DependsOn: [New, Messages], Properties: {Handle: !Ref Handle, Timeout: 3}}
Outputs:"""
    stacks.update_stack(StackName=name, TemplateBody=TEMPLATE.replace("Default: 30", "Default: 31").replace("\nOutputs:", more))
    eventually(lambda: visibility_timeout(client, url) == "31")
    client("sqs").delete_queue(QueueUrl=url)
    eventually(lambda: described(stacks, name)["StackStatus"] == "UPDATE_ROLLBACK_FAILED", 30)
    stacks.continue_update_rollback(StackName=name, ResourcesToSkip=["Messages"])
    eventually(lambda: described(stacks, name)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", 30)
    events = stacks.describe_stack_events(StackName=name)["StackEvents"]
    assert [event["ResourceStatus"] for event in events if event["LogicalResourceId"] == "New" and "DELETE" in event["ResourceStatus"]] == [
        "DELETE_COMPLETE", "DELETE_IN_PROGRESS"]


def test_what_has_a_name_of_its_own_cannot_be_replaced(stacks, create):
    named = ROLE.replace("    Properties:\n", f"    Properties:\n      RoleName: {create.name}\n")
    name, _ = create(named, Capabilities=["CAPABILITY_NAMED_IAM"])
    stacks.update_stack(StackName=name, TemplateBody=named.replace("      RoleName", "      Path: /other/\n      RoleName"), Capabilities=["CAPABILITY_NAMED_IAM"])
    eventually(lambda: described(stacks, name)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", 30)
    reasons = [event.get("ResourceStatusReason", "") for event in stacks.describe_stack_events(StackName=name)["StackEvents"]]
    assert any(f"CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} and update the stack again." in reason
               for reason in reasons), reasons


def test_change_set_tells_what_it_would_do(stacks, create):
    name, _ = create()
    stacks.create_change_set(StackName=name, ChangeSetName="look", TemplateBody=TEMPLATE.replace("Default: 30", "Default: 31"))
    change = stacks.describe_change_set(StackName=name, ChangeSetName="look")["Changes"][0]["ResourceChange"]
    assert (change["Action"], change["LogicalResourceId"], change["Replacement"]) == ("Modify", "Messages", "False")
    stacks.delete_change_set(StackName=name, ChangeSetName="look")
    assert stacks.list_change_sets(StackName=name)["Summaries"] == []


def test_failed_creation_rolls_back(client, stacks, create):
    taken = create.name + "-taken"
    client("kinesis").create_stream(StreamName=taken, ShardCount=1)
    template = json.dumps({"Resources": {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Stream": {"Type": "AWS::Kinesis::Stream", "DependsOn": "Queue", "Properties": {"Name": taken, "ShardCount": 1}},
    }})
    name, _ = create(template, wait=None)
    with pytest.raises(botocore.exceptions.WaiterError):
        stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)
    eventually(lambda: described(stacks, name)["StackStatus"] == "ROLLBACK_COMPLETE")
    events = stacks.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert [event["LogicalResourceId"] for event in failed] == ["Stream"]
    assert taken in failed[0]["ResourceStatusReason"]
    assert name not in " ".join(client("sqs").list_queues().get("QueueUrls", []))
    code, message = error(stacks.update_stack, StackName=name, TemplateBody=TEMPLATE)
    assert code == "ValidationError" and "is in ROLLBACK_COMPLETE state and can not be updated" in message
    client("kinesis").delete_stream(StreamName=taken)


def test_capabilities_are_asked_for(stacks, create):
    assert error(create, template=ROLE) == ("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")
    create(ROLE, Capabilities=["CAPABILITY_IAM"])


def test_a_name_is_taken_once(stacks, create):
    name, _ = create()
    assert error(stacks.create_stack, StackName=name, TemplateBody=TEMPLATE) == (
        "AlreadyExistsException", f"Stack [{name}] already exists")


@pytest.mark.parametrize("template, expected", [
    ("Resources: {}", "At least one Resources member must be defined."),
    ("Resources: {Q: {Type: AWS::Nope::Nope}}", "Unrecognized resource types: [AWS::Nope::Nope]"),
    ("Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueNmae: x\n",
     "Encountered unsupported property QueueNmae in resource Q of type AWS::SQS::Queue (line 5). Did you mean QueueName?"),
    ("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: [x], VisibilityTimeout: soon}}}",
     "Properties validation failed for resource Q with message: [#/QueueName: expected type: String, found: JSONArray, "
     "#/VisibilityTimeout: expected type: Integer, found: String] (line 1)."),
    ("Resources: {A: {Type: AWS::SQS::Queue, DependsOn: B}, B: {Type: AWS::SQS::Queue, DependsOn: A}}",
     "Circular dependency between resources: [A, B]"),
    ("Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nope}}}",
     "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template"),
    ("Parameters: {P: {Type: String}}\nResources: {A: {Type: AWS::SQS::Queue}}", "Parameters: [P] must have values"),
    ("Resources: [", "Template format error: YAML not well-formed. (line 1, column "),
    ('{"Resources": {"A": {"Type": "AWS::SQS::Queue",}}}', "Template format error: JSON not well-formed. (line 1, column 48)"),
])
def test_bad_templates_are_refused_before_anything_is_made(stacks, create, template, expected):
    code, message = error(create, template=template)
    assert code == "ValidationError"
    assert expected in message
    error(stacks.describe_stacks, StackName=create.name)


def test_bad_parameters_are_refused(stacks, create):
    assert error(create, Parameters=[parameter("Stage", "test")])[1] == "Parameter 'Stage' must be one of AllowedValues"
    assert error(create, Parameters=[parameter("Nope", "1")])[1] == "Parameters: [Nope] do not exist in the template"
    assert error(create, Parameters=[parameter("Timeout", "-1")])[1] == "Parameter 'Timeout' must be a number not less than 0"


def test_template_size_limit(stacks):
    body = "Resources: {Q: {Type: AWS::SQS::Queue}} #"
    stacks.validate_template(TemplateBody=body.ljust(51_200, "x"))
    assert "51200" in error(stacks.validate_template, TemplateBody=body.ljust(51_201, "x"))[1]


def test_template_summary(stacks):
    summary = stacks.get_template_summary(TemplateBody=TEMPLATE)
    assert {p["ParameterKey"] for p in summary["Parameters"]} == {"Timeout", "Stage"}
    assert "AWS::SQS::Queue" in summary["ResourceTypes"]
    assert stacks.get_template_summary(TemplateBody=ROLE)["Capabilities"] == ["CAPABILITY_IAM"]


EXPORTER = """
Resources:
  Messages: {Type: AWS::SQS::Queue}
Outputs:
  Arn: {Value: !GetAtt Messages.Arn, Export: {Name: !Sub "${AWS::StackName}:Arn"}}
"""

IMPORTER = """
Parameters: {Network: {Type: String}}
Resources:
  Copy:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !ImportValue {"Fn::Sub": "${Network}:Arn"}, maxReceiveCount: 3}
Outputs:
  Url: {Value: !Ref Copy}
"""


def test_stacks_share_exports(client, stacks, create, unique):
    exporter, exporter_id = create(EXPORTER)
    importer = exporter + "-importer"
    export = f"{exporter}:Arn"
    exports = list(stacks.get_paginator("list_exports").paginate().search("Exports[]"))
    assert {"ExportingStackId": exporter_id, "Name": export, "Value": outputs(stacks, exporter)["Arn"]} in exports
    assert error(stacks.list_imports, ExportName=export) == (
        "ValidationError", f"Export '{export}' is not imported by any stack.")
    stacks.create_stack(StackName=importer, TemplateBody=IMPORTER, Parameters=[parameter("Network", exporter)])
    try:
        stacks.get_waiter("stack_create_complete").wait(StackName=importer, WaiterConfig=FAST)
        url = outputs(stacks, importer)["Url"]
        policy = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
        assert outputs(stacks, exporter)["Arn"] in policy["RedrivePolicy"]
        assert stacks.list_imports(ExportName=export)["Imports"] == [importer]
        stacks.delete_stack(StackName=exporter)
        kept = stacks.describe_stacks(StackName=exporter)["Stacks"][0]
        assert (kept["StackStatus"], kept["StackStatusReason"]) == (
            "CREATE_COMPLETE", f"Delete canceled. Cannot delete export {export} as it is in use by {importer}.")
    finally:
        stacks.delete_stack(StackName=importer)
    stacks.delete_stack(StackName=exporter)
    stacks.get_waiter("stack_delete_complete").wait(StackName=exporter, WaiterConfig=FAST)


LOOPS = """
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "a,b"}}
Rules:
  Few: {Assertions: [{Assert: {"Fn::EachMemberIn": [!Ref Names, [a, b, c]]}, AssertDescription: only a to c}]}
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue${Name}: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${AWS::StackName}-${Name}"}}
Outputs:
  Count: {Value: !Length {Ref: Names}}
  Block: {Value: !Select [1, !Cidr [10.0.0.0/16, 2, 8]]}
"""


def test_loops_follow_a_parameter(stacks, create):
    assert error(create, template=LOOPS)[0] == "InsufficientCapabilitiesException"
    expand = {"Capabilities": ["CAPABILITY_AUTO_EXPAND"]}
    assert "only a to c" in error(create, template=LOOPS, Parameters=[parameter("Names", "a,x")], **expand)[1]
    name, _ = create(LOOPS, **expand)
    assert outputs(stacks, name) == {"Count": "2", "Block": "10.0.1.0/24"}
    deploy(stacks, name, LOOPS, "UPDATE", "more", Parameters=[parameter("Names", "b,c")])
    resources = stacks.list_stack_resources(StackName=name)["StackResourceSummaries"]
    assert {resource["LogicalResourceId"] for resource in resources} == {"Queueb", "Queuec"}
    processed = stacks.get_template(StackName=name)["TemplateBody"]
    assert set(processed["Resources"]) == {"Queueb", "Queuec"} and "Transform" not in processed
    assert stacks.get_template(StackName=name, TemplateStage="Original")["TemplateBody"] == LOOPS
    assert stacks.validate_template(TemplateBody=LOOPS)["DeclaredTransforms"] == ["AWS::LanguageExtensions"]


def test_change_sets_tell_values_and_causes(stacks, create):
    name, _ = create()
    stacks.create_change_set(StackName=name, ChangeSetName="c", TemplateBody=TEMPLATE,
                             Parameters=[parameter("Timeout", "60")])
    shown = stacks.describe_change_set(StackName=name, ChangeSetName="c", IncludePropertyValues=True)["Changes"]
    changes = {entry["ResourceChange"]["LogicalResourceId"]: entry["ResourceChange"] for entry in shown}
    change = changes.pop("Messages")
    # What reads an attribute of it may change.
    assert changes and all(detail["Evaluation"] == "Dynamic" and detail["CausingEntity"].startswith("Messages.")
                           for other in changes.values() for detail in other["Details"])
    assert json.loads(change["AfterContext"])["Properties"] == {"VisibilityTimeout": "60"}
    assert change["Details"][0]["CausingEntity"] == "Timeout"
    assert change["Details"][0]["Target"]["BeforeValue"] == "30"
    assert change["Details"][0]["Target"]["AttributeChangeType"] == "Modify"


def test_policies_and_protection(stacks, create):
    name, _ = create()
    policy = json.dumps({"Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "LogicalResourceId/Messages"}]})
    stacks.set_stack_policy(StackName=name, StackPolicyBody=policy)
    assert stacks.get_stack_policy(StackName=name)["StackPolicyBody"] == policy
    update = {"StackName": name, "UsePreviousTemplate": True, "Parameters": [parameter("Timeout", "77")]}
    assert "Statement [#2] does not allow [Update:Modify]" in error(stacks.update_stack, **update)[1]
    stacks.update_termination_protection(StackName=name, EnableTerminationProtection=True)
    assert "TerminationProtection" in error(stacks.delete_stack, StackName=name)[1]
    stacks.update_termination_protection(StackName=name, EnableTerminationProtection=False)
