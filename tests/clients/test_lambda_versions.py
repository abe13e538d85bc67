"""Versions, aliases, concurrency, asynchronous events and layers of functions through boto3, with crashes in between."""

import base64
import concurrent.futures
import json

import botocore.exceptions
import pytest

from support.packages import zip_of
from support.server import Server, eventually

ROLE = "arn:aws:iam::000000000000:role/any"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
SHOW = """
import os
def handler(event, context):
    return {"mark": MARK, "version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"], "context": context.function_version,
            "arn": context.invoked_function_arn, "pid": os.getpid(), "init": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]}
"""


def code(source):
    return zip_of({"index.py": source})


def create(lambdas, name, source, **options):
    options = {"Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE, "Timeout": 10, **options}
    return lambdas.create_function(FunctionName=name, Code={"ZipFile": code(source)}, **options)


def invoke(lambdas, name, payload=None, **options):
    answer = lambdas.invoke(FunctionName=name, Payload=json.dumps(payload), **options)
    return answer, json.loads(answer["Payload"].read() or "null")


@pytest.fixture
def lambdas(client):
    return client("lambda", read_timeout=60)


@pytest.fixture
def server(tmp_path):
    """One to kill. Its interpreters are no version manager's stand-ins, which each start would ask anew."""
    with Server(tmp_path / "data", path="/usr/bin:/bin") as server:
        yield server


def test_versions_run_what_was_published(lambdas, unique):
    created = create(lambdas, unique, "MARK = 1\n" + SHOW, Publish=True)
    assert created["Version"] == "1" and created["FunctionArn"] == ARN + unique, "as recorded on AWS"
    updated = lambdas.update_function_code(FunctionName=unique, ZipFile=code("MARK = 2\n" + SHOW), Publish=True)
    assert updated["Version"] == "2"
    for qualifier, mark, version in (("1", 1, "1"), ("2", 2, "2"), ("$LATEST", 2, "$LATEST")):
        answer, shown = invoke(lambdas, unique, Qualifier=qualifier)
        assert answer["ExecutedVersion"] == version
        assert shown["mark"] == mark and shown["version"] == shown["context"] == version
        assert shown["arn"] == f"{ARN}{unique}:{qualifier}"
    assert invoke(lambdas, unique)[1]["arn"] == ARN + unique
    assert invoke(lambdas, f"{unique}:1")[1]["mark"] == 1, "a qualifier in the name"
    assert invoke(lambdas, f"{ARN}{unique}:1")[1]["mark"] == 1, "a qualifier in the ARN"
    assert invoke(lambdas, unique, Qualifier="1")[1]["pid"] == invoke(lambdas, f"{unique}:1")[1]["pid"], "one warm pool a version"
    with pytest.raises(lambdas.exceptions.InvalidParameterValueException, match="derived qualifier"):
        lambdas.invoke(FunctionName=f"{unique}:1", Qualifier="2")
    listed = [version["Version"] for page in lambdas.get_paginator("list_versions_by_function").paginate(
        FunctionName=unique, PaginationConfig={"PageSize": 1}) for version in page["Versions"]]
    assert listed == ["$LATEST", "1", "2"]


def test_no_version_without_a_change(lambdas, unique):
    create(lambdas, unique, "MARK = 1\n" + SHOW)
    first = lambdas.publish_version(FunctionName=unique)
    again = lambdas.publish_version(FunctionName=unique, CodeSha256=first["CodeSha256"])
    assert again["Version"] == first["Version"] == "1" and again["RevisionId"] == first["RevisionId"]
    revision = lambdas.get_function_configuration(FunctionName=unique)["RevisionId"]
    lambdas.update_function_configuration(FunctionName=unique, MemorySize=256)
    with pytest.raises(lambdas.exceptions.PreconditionFailedException):
        lambdas.publish_version(FunctionName=unique, RevisionId=revision)
    assert lambdas.publish_version(FunctionName=unique)["Version"] == "2"


def test_an_alias_shifts_traffic(lambdas, unique):
    create(lambdas, unique, "MARK = 1\n" + SHOW, Publish=True)
    lambdas.update_function_code(FunctionName=unique, ZipFile=code("MARK = 2\n" + SHOW), Publish=True)
    lambdas.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    assert {invoke(lambdas, unique, Qualifier="live")[0]["ExecutedVersion"] for _ in range(10)} == {"1"}
    lambdas.update_alias(FunctionName=unique, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    answers = [invoke(lambdas, unique, Qualifier="live") for _ in range(60)]
    assert {answer["ExecutedVersion"] for answer, _ in answers} == {"1", "2"}
    assert all(shown["version"] == answer["ExecutedVersion"] and shown["arn"] == f"{ARN}{unique}:live" for answer, shown in answers)
    lambdas.update_alias(FunctionName=unique, Name="live", FunctionVersion="2", RoutingConfig={})
    assert {invoke(lambdas, unique, Qualifier="live")[0]["ExecutedVersion"] for _ in range(10)} == {"2"}


def test_a_throttled_call_says_why(lambdas, unique):
    create(lambdas, unique, "def handler(event, context): return 1")
    lambdas.put_function_concurrency(FunctionName=unique, ReservedConcurrentExecutions=0)
    with pytest.raises(lambdas.exceptions.TooManyRequestsException) as refused:
        lambdas.invoke(FunctionName=unique)
    assert refused.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert refused.value.response["Error"]["Message"] == "Rate Exceeded."
    lambdas.delete_function_concurrency(FunctionName=unique)
    assert invoke(lambdas, unique)[1] == 1


def test_provisioned_processes_wait_for_calls(lambdas, unique):
    create(lambdas, unique, "MARK = 1\n" + SHOW, Publish=True)
    lambdas.put_provisioned_concurrency_config(FunctionName=unique, Qualifier="1", ProvisionedConcurrentExecutions=2)
    eventually(lambda: lambdas.get_provisioned_concurrency_config(FunctionName=unique, Qualifier="1")["Status"] == "READY", 30)
    answer = lambdas.invoke(FunctionName=unique, Qualifier="1", LogType="Tail")
    assert json.loads(answer["Payload"].read())["init"] == "provisioned-concurrency"
    assert "START" in base64.b64decode(answer["LogResult"]).decode()
    lambdas.delete_provisioned_concurrency_config(FunctionName=unique, Qualifier="1")


def test_what_is_provisioned_is_kept_from_other_versions(lambdas, unique):
    create(lambdas, unique, "MARK = 1\n" + SHOW, Publish=True)
    lambdas.put_provisioned_concurrency_config(FunctionName=unique, Qualifier="1", ProvisionedConcurrentExecutions=2)
    lambdas.put_function_concurrency(FunctionName=unique, ReservedConcurrentExecutions=2)
    with pytest.raises(lambdas.exceptions.TooManyRequestsException):
        lambdas.invoke(FunctionName=unique)
    assert invoke(lambdas, unique, Qualifier="1")[1]["version"] == "1"
    lambdas.put_function_concurrency(FunctionName=unique, ReservedConcurrentExecutions=3)
    assert invoke(lambdas, unique)[1]["version"] == "$LATEST"
    lambdas.delete_provisioned_concurrency_config(FunctionName=unique, Qualifier="1")


def test_one_revision_stands_for_function_and_policy(lambdas, unique):
    revisions = [create(lambdas, unique, "MARK = 1\n" + SHOW)["RevisionId"]]
    grant = {"FunctionName": unique, "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}

    def expect_another():
        revisions.append(lambdas.get_function_configuration(FunctionName=unique)["RevisionId"])
        assert len(set(revisions)) == len(revisions)

    lambdas.add_permission(StatementId="one", RevisionId=revisions[-1], **grant)
    expect_another()
    assert lambdas.get_policy(FunctionName=unique)["RevisionId"] == revisions[-1]
    with pytest.raises(lambdas.exceptions.PreconditionFailedException, match="Call the GetFunction/GetAlias API"):
        lambdas.add_permission(StatementId="two", RevisionId=revisions[0], **grant)
    lambdas.remove_permission(FunctionName=unique, StatementId="one", RevisionId=revisions[-1])
    expect_another()
    lambdas.publish_version(FunctionName=unique)
    expect_another()
    lambdas.tag_resource(Resource=ARN + unique, Tags={"team": "mill"})
    expect_another()
    alias = lambdas.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")["RevisionId"]
    lambdas.add_permission(StatementId="three", Qualifier="live", RevisionId=alias, **grant)
    renewed = lambdas.get_alias(FunctionName=unique, Name="live")["RevisionId"]
    assert renewed != alias and lambdas.get_policy(FunctionName=unique, Qualifier="live")["RevisionId"] == renewed
    version = lambdas.get_function_configuration(FunctionName=unique, Qualifier="1")["RevisionId"]
    lambdas.add_permission(StatementId="four", Qualifier="1", RevisionId=version, **grant)
    assert lambdas.get_function_configuration(FunctionName=unique, Qualifier="1")["RevisionId"] != version


def test_a_permission_changes_nothing_that_changes_beside_it(lambdas, unique):
    create(lambdas, unique, "MARK = 1\n" + SHOW)
    grant = {"FunctionName": unique, "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for turn in range(10):
            granted = [pool.submit(lambdas.add_permission, StatementId=f"s{turn}-{n}", **grant) for n in range(6)]
            changed = pool.submit(lambdas.update_function_configuration, FunctionName=unique, Timeout=20 + turn)
            concurrent.futures.wait([*granted, changed])
            changed.result()
            assert lambdas.get_function_configuration(FunctionName=unique)["Timeout"] == 20 + turn
        granted = [pool.submit(lambdas.add_permission, StatementId=f"last-{n}", **grant) for n in range(6)]
        lambdas.delete_function(FunctionName=unique)
        concurrent.futures.wait(granted)
    with pytest.raises(lambdas.exceptions.ResourceNotFoundException):
        lambdas.get_function(FunctionName=unique)


def test_a_wrapper_starts_the_runtime(lambdas, unique):
    package = zip_of({"index.py": "import os\ndef handler(event, context): return os.environ['WRAPPED']",
                      "wrap.sh": "#!/bin/sh\nWRAPPED=yes exec \"$@\"\n"})
    lambdas.create_function(FunctionName=unique, Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": package},
                            Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrap.sh"}})
    assert invoke(lambdas, unique)[1] == "yes"
    lambdas.update_function_configuration(FunctionName=unique, Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/none"}})
    answer, failure = invoke(lambdas, unique)
    assert answer["FunctionError"] == "Unhandled" and failure["errorType"] == "Runtime.ExitError" and "exit status 127" in failure["errorMessage"]


def queue(sqs, name):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def receive(sqs, url, seconds=20):
    def message():
        return sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MessageAttributeNames=["All"]).get("Messages", [None])[0]

    return eventually(message, seconds)


def test_destinations_and_dead_letters(lambdas, client, unique):
    sqs = client("sqs")
    url, arn = queue(sqs, unique)
    letters_url, letters = queue(sqs, unique + "-letters")
    create(lambdas, unique, "def handler(event, context):\n    if event['fail']: raise Exception('no flour')\n    return event",
           DeadLetterConfig={"TargetArn": letters})
    lambdas.put_function_event_invoke_config(FunctionName=unique, MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60,
                                             DestinationConfig={"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}})
    accepted = lambdas.invoke(FunctionName=unique, InvocationType="Event", Payload=json.dumps({"fail": False}))
    assert accepted["StatusCode"] == 202
    message = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    record = json.loads(message["Body"])
    assert record.pop("timestamp") and record == {
        "version": "1.0",
        "requestContext": {"requestId": accepted["ResponseMetadata"]["RequestId"], "functionArn": f"{ARN}{unique}:$LATEST",
                           "condition": "Success", "approximateInvokeCount": 1},
        "requestPayload": {"fail": False},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"fail": False},
    }
    failed = lambdas.invoke(FunctionName=unique, InvocationType="Event", Payload=json.dumps({"fail": True}))
    record = json.loads(receive(sqs, url)["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responseContext"]["functionError"] == "Unhandled" and record["responsePayload"]["errorMessage"] == "no flour"
    letter = receive(sqs, letters_url)
    assert json.loads(letter["Body"]) == {"fail": True}
    attributes = {name: (value["DataType"], value["StringValue"]) for name, value in letter["MessageAttributes"].items()}
    assert attributes == {"RequestID": ("String", failed["ResponseMetadata"]["RequestId"]), "ErrorCode": ("Number", "200"),
                          "ErrorMessage": ("String", "no flour")}


def test_layers_are_found_by_the_runtime(lambdas, unique):
    layer = lambdas.publish_layer_version(LayerName=unique, Content={"ZipFile": zip_of({"python/shared.py": "NAME = 'layer'"})},
                                          CompatibleRuntimes=["python3.12"])
    assert layer["Version"] == 1 and layer["LayerVersionArn"].endswith(f":layer:{unique}:1")
    create(lambdas, unique, "import shared\ndef handler(event, context): return shared.NAME", Layers=[layer["LayerVersionArn"]])
    assert invoke(lambdas, unique)[1] == "layer"
    assert lambdas.get_layer_version_by_arn(Arn=layer["LayerVersionArn"])["Content"]["CodeSha256"]
    lambdas.delete_layer_version(LayerName=unique, VersionNumber=1)
    assert lambdas.list_layer_versions(LayerName=unique)["LayerVersions"] == []
    assert invoke(lambdas, unique)[1] == "layer"


def test_all_of_it_survives_a_kill(server, client_of, unique):
    lambdas, sqs = client_of(server, "lambda", read_timeout=60), client_of(server, "sqs")
    url, arn = queue(sqs, unique)
    layer = lambdas.publish_layer_version(LayerName=unique, Content={"ZipFile": zip_of({"python/shared.py": "NAME = 'layer'"})})
    create(lambdas, unique, "import shared\nMARK = shared.NAME\n" + SHOW, Publish=True, Layers=[layer["LayerVersionArn"]])
    lambdas.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    lambdas.add_permission(FunctionName=unique, Qualifier="live", StatementId="s", Action="lambda:InvokeFunction",
                           Principal="events.amazonaws.com")
    lambdas.put_function_concurrency(FunctionName=unique, ReservedConcurrentExecutions=0)
    lambdas.put_function_event_invoke_config(FunctionName=unique, Qualifier="live", MaximumRetryAttempts=1)
    accepted = lambdas.invoke(FunctionName=unique, Qualifier="live", InvocationType="Event", Payload=b"{}")
    assert accepted["StatusCode"] == 202
    server.kill()
    server.start()
    assert lambdas.get_alias(FunctionName=unique, Name="live")["FunctionVersion"] == "1"
    assert json.loads(lambdas.get_policy(FunctionName=unique, Qualifier="live")["Policy"])["Statement"][0]["Sid"] == "s"
    assert lambdas.get_function_concurrency(FunctionName=unique)["ReservedConcurrentExecutions"] == 0
    with pytest.raises(lambdas.exceptions.TooManyRequestsException):
        lambdas.invoke(FunctionName=unique)
    lambdas.update_function_event_invoke_config(FunctionName=unique, Qualifier="live",
                                                DestinationConfig={"OnSuccess": {"Destination": arn}})
    lambdas.delete_function_concurrency(FunctionName=unique)
    record = json.loads(receive(sqs, url)["Body"])
    assert record["requestContext"]["requestId"] == accepted["ResponseMetadata"]["RequestId"], "the event that waited"
    assert record["responsePayload"]["mark"] == "layer" and record["responseContext"]["executedVersion"] == "1"


def test_a_template_makes_them(client, unique):
    cloudformation, lambdas = client("cloudformation"), client("lambda", read_timeout=60)
    template = {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {
                "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                                        "Action": "sts:AssumeRole"}]}}},
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "ReservedConcurrentExecutions": 3, "Code": {"ZipFile": "def handler(event, context): return 1"}}},
            "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}},
            "Alias": {"Type": "AWS::Lambda::Alias", "Properties": {
                "FunctionName": {"Ref": "Function"}, "Name": "live", "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
                "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 1}}},
            "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
                "FunctionName": {"Ref": "Alias"}, "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}},
            "Events": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": {
                "FunctionName": {"Ref": "Function"}, "Qualifier": "live", "MaximumRetryAttempts": 0,
                "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Queue", "Arn"]}}}},
                "DependsOn": "Alias"},
        },
        "Outputs": {"Name": {"Value": {"Ref": "Function"}}, "Alias": {"Value": {"Ref": "Alias"}},
                    "Version": {"Value": {"Ref": "Version"}}},
    }
    cloudformation.create_stack(StackName=unique, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
    cloudformation.get_waiter("stack_create_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    outputs = {output["OutputKey"]: output["OutputValue"] for output in cloudformation.describe_stacks(StackName=unique)["Stacks"][0]["Outputs"]}
    name = outputs["Name"]
    assert outputs["Alias"] == f"{ARN}{name}:live" and outputs["Version"] == f"{ARN}{name}:1"
    assert invoke(lambdas, outputs["Alias"])[0]["ExecutedVersion"] == "1"
    assert lambdas.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 3
    assert json.loads(lambdas.get_policy(FunctionName=name, Qualifier="live")["Policy"])["Statement"][0]["Resource"] == outputs["Alias"]
    assert lambdas.get_function_event_invoke_config(FunctionName=name, Qualifier="live")["MaximumRetryAttempts"] == 0
    for newer in ("Second", "Third"):  # which nothing refers to: they go beside each other
        template["Resources"]["Function"]["Properties"]["Code"]["ZipFile"] += f"  # {newer}"
        template["Resources"][newer] = template["Resources"]["Version"]
        cloudformation.update_stack(StackName=unique, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
        cloudformation.get_waiter("stack_update_complete").wait(StackName=unique, WaiterConfig={"Delay": 0.2})
    assert [v["Version"] for v in lambdas.list_versions_by_function(FunctionName=name)["Versions"]] == ["$LATEST", "1", "2", "3"]
    cloudformation.delete_stack(StackName=unique)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    with pytest.raises(botocore.exceptions.ClientError):
        lambdas.get_function(FunctionName=name)


def test_what_became_of_events_is_told_through_crashes(server, client_of, unique):
    lambdas, sqs = client_of(server, "lambda", read_timeout=60), client_of(server, "sqs")
    url, arn = queue(sqs, unique)
    create(lambdas, unique, "import time\ndef handler(event, context):\n    time.sleep(0.05)\n    return event['n']")
    create(lambdas, unique + "-next", "def handler(event, context): return event['responsePayload']")
    lambdas.put_function_event_invoke_config(FunctionName=unique, DestinationConfig={"OnSuccess": {"Destination": f"{ARN}{unique}-next"}})
    lambdas.put_function_event_invoke_config(FunctionName=unique + "-next", DestinationConfig={"OnSuccess": {"Destination": arn}})
    accepted, told = set(), set()

    def receive_told():
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        told.update(json.loads(message["Body"])["responsePayload"] for message in messages)
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    for crash in range(3):
        for number in range(crash * 20, crash * 20 + 20):
            assert lambdas.invoke(FunctionName=unique, InvocationType="Event", Payload=json.dumps({"n": number}))["StatusCode"] == 202
            accepted.add(number)
        receive_told()
        server.kill()
        server.start()

    def all_told():
        receive_told()
        return told >= accepted

    eventually(all_told, 60)
