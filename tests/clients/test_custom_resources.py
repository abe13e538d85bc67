"""Custom resources and wait conditions: functions with AWS's own response modules, kills while a stack waits."""

import importlib.util
import json
import pathlib
import shutil
import urllib.error
import urllib.request

import boto3
import pytest

from support.pipelines import ROLE
from support.server import eventually

FAST = {"Delay": 1, "MaxAttempts": 60}

# As AWS documents it; the module comes with code that stands in a template.
INLINE_PYTHON = """
Resources:
""" + ROLE + """
  Maker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import cfnresponse
          def handler(event, context):
              size = int(event["ResourceProperties"]["Size"])
              if event["RequestType"] != "Delete" and size > 9:
                  return cfnresponse.send(event, context, cfnresponse.FAILED, {}, reason="too large")
              print(event["RequestType"], event.get("PhysicalResourceId"))
              cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Double": size * 2}, "thing-%s" % event["ResourceProperties"]["Name"])
Parameters:
  Size: {Type: Number, Default: 4}
  Name: {Type: String, Default: one}
"""
INLINE_PYTHON = INLINE_PYTHON.replace("Parameters:", """  Thing:
    Type: Custom::Thing
    Properties: {ServiceToken: !GetAtt Maker.Arn, Size: !Ref Size, Name: !Ref Name}
Outputs:
  Double: {Value: !GetAtt Thing.Double}
  Id: {Value: !Ref Thing}
  Function: {Value: !Ref Maker}
Parameters:""")

INLINE_NODE = """
Resources:
""" + ROLE + """
  Maker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          const response = require("cfn-response");
          exports.handler = function (event, context) {
            response.send(event, context, response.SUCCESS, { Type: event.ResourceType }, "from-node");
          };
  Thing:
    Type: AWS::CloudFormation::CustomResource
    Properties: {ServiceToken: !GetAtt Maker.Arn}
Outputs:
  Type: {Value: !GetAtt Thing.Type}
"""

# What AWS's module for Node does, wherever the ResponseURL leads: TLS on port 443.
AWS_NODE_MODULE = """
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";
exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  return new Promise((resolve, reject) => {
    var responseBody = JSON.stringify({
      Status: responseStatus, Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
      PhysicalResourceId: physicalResourceId || context.logStreamName, StackId: event.StackId,
      RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, NoEcho: noEcho || false, Data: responseData
    });
    var https = require("https");
    var url = require("url");
    var parsedUrl = url.parse(event.ResponseURL);
    var options = {
      hostname: parsedUrl.hostname, port: 443, path: parsedUrl.path, method: "PUT",
      headers: { "content-type": "", "content-length": responseBody.length }
    };
    var request = https.request(options, function (response) { resolve(context.done()); });
    request.on("error", function (error) { reject(context.done(error)); });
    request.write(responseBody);
    request.end();
  });
};
"""

# What AWS's module for Python does.
AWS_PYTHON_MODULE = """
import urllib3
import json
SUCCESS = "SUCCESS"
FAILED = "FAILED"
http = urllib3.PoolManager()
def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    responseBody = {
        'Status': responseStatus,
        'Reason': reason or "See the details in CloudWatch Log Stream: {}".format(context.log_stream_name),
        'PhysicalResourceId': physicalResourceId or context.log_stream_name, 'StackId': event['StackId'],
        'RequestId': event['RequestId'], 'LogicalResourceId': event['LogicalResourceId'], 'NoEcho': noEcho, 'Data': responseData
    }
    json_responseBody = json.dumps(responseBody)
    headers = {'content-type': '', 'content-length': str(len(json_responseBody))}
    try:
        response = http.request('PUT', event['ResponseURL'], headers=headers, body=json_responseBody)
        print("Status code:", response.status)
    except Exception as e:
        print("send(..) failed executing http.request(..):", e)
"""


def package_template(directory, runtime, handler):
    return """
Resources:
""" + ROLE + f"""
  Maker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: {runtime}
      Handler: {handler}
      Role: !GetAtt Role.Arn
      Timeout: 20
      Code: {{S3Bucket: __local__, S3Key: "{directory}"}}
  Thing:
    Type: Custom::Thing
    Properties: {{ServiceToken: !GetAtt Maker.Arn, Size: 3}}
Outputs:
  Answer: {{Value: !GetAtt Thing.Answer}}
"""


def copy_package(name, into):
    found = importlib.util.find_spec(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    shutil.copytree(pathlib.Path(found.origin).parent, into / name)


@pytest.fixture
def stacks(client):
    return client("cloudformation")


@pytest.fixture
def name(unique):
    return "c-" + "".join(c if c.isalnum() else "-" for c in unique)


def parameters(**values):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def create(stacks, name, template, waiter="stack_create_complete", **options):
    stacks.create_stack(StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"], **options)
    stacks.get_waiter(waiter).wait(StackName=name, WaiterConfig=FAST)


def delete(stacks, name):
    stacks.delete_stack(StackName=name)
    stacks.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=FAST)


def outputs(stacks, name):
    return {output["OutputKey"]: output["OutputValue"] for output in stacks.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]}


def status(stacks, name):
    return stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]


def test_a_function_in_the_template_makes_updates_replaces_and_deletes(stacks, name, shared_server):
    create(stacks, name, INLINE_PYTHON)
    made = outputs(stacks, name)
    assert (made["Double"], made["Id"]) == ("8", "thing-one")
    for size, thing in (("5", "one"), ("6", "two")):
        stacks.update_stack(StackName=name, UsePreviousTemplate=True, Capabilities=["CAPABILITY_IAM"],
                            Parameters=parameters(Size=size, Name=thing))
        stacks.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=FAST)
    made = outputs(stacks, name)
    assert (made["Double"], made["Id"]) == ("12", "thing-two")
    delete(stacks, name)
    told = eventually(lambda: (lines := [line for line in shared_server.function_lines(made["Function"]) if "thing-" in line and " thing-" in line])
                      and len(lines) >= 4 and lines)
    assert [line.strip() for line in told if not line.startswith("{")] == [
        "Update thing-one", "Update thing-one", "Delete thing-one", "Delete thing-two"]


def test_a_failure_is_told_with_its_reason_and_rolled_back(stacks, name):
    stacks.create_stack(StackName=name, TemplateBody=INLINE_PYTHON, Capabilities=["CAPABILITY_IAM"], Parameters=parameters(Size="10"))
    eventually(lambda: status(stacks, name) == "ROLLBACK_COMPLETE", seconds=30)
    reasons = [event.get("ResourceStatusReason", "") for event in stacks.describe_stack_events(StackName=name)["StackEvents"]]
    assert any(reason.startswith("Received response status [FAILED] from custom resource. Message returned: too large (RequestId: ")
               for reason in reasons)
    delete(stacks, name)


def test_a_node_function_in_the_template(stacks, name):
    create(stacks, name, INLINE_NODE)
    assert outputs(stacks, name) == {"Type": "AWS::CloudFormation::CustomResource"}
    delete(stacks, name)


def test_awss_module_for_node_unchanged(stacks, name, tmp_path):
    (tmp_path / "cfn-response.js").write_text(AWS_NODE_MODULE)
    (tmp_path / "index.js").write_text("""
const response = require("./cfn-response");
exports.handler = (event, context) => { response.send(event, context, response.SUCCESS, { Answer: event.ResourceProperties.Size }, "n"); };
""")
    create(stacks, name, package_template(tmp_path, "nodejs20.x", "index.handler"))
    assert outputs(stacks, name) == {"Answer": "3"}
    delete(stacks, name)


def test_awss_module_for_python_unchanged(stacks, name, tmp_path):
    copy_package("urllib3", tmp_path)
    (tmp_path / "cfnresponse.py").write_text(AWS_PYTHON_MODULE)
    (tmp_path / "app.py").write_text("""
import cfnresponse
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Answer": event["ResourceProperties"]["Size"]}, "p")
""")
    create(stacks, name, package_template(tmp_path, "python3.12", "app.handler"))
    assert outputs(stacks, name) == {"Answer": "3"}
    delete(stacks, name)


def test_crhelper_unchanged(stacks, name, tmp_path):
    copy_package("crhelper", tmp_path)
    (tmp_path / "app.py").write_text("""
from crhelper import CfnResource
helper = CfnResource(sleep_on_delete=0)
@helper.create
def create(event, context):
    helper.Data["Answer"] = event["ResourceProperties"]["Size"]
    return "made-by-crhelper"
@helper.delete
def delete(event, context):
    pass
def handler(event, context):
    helper(event, context)
""")
    create(stacks, name, package_template(tmp_path, "python3.12", "app.handler"))
    assert outputs(stacks, name) == {"Answer": "3"}
    delete(stacks, name)


def put(url, body):
    request = urllib.request.Request(url, data=json.dumps(body).encode(), method="PUT", headers={"content-type": ""})
    with urllib.request.urlopen(request) as answer:
        return answer.status


RECORDER = """
import json, os
def handler(event, context):
    with open(os.path.join(os.path.dirname(__file__), "requests"), "a") as requests:
        requests.write(json.dumps(event) + "\\n")
"""


def requests_of(directory, count):
    path = directory / "requests"
    return eventually(lambda: path.exists() and (lines := path.read_text().splitlines()) and len(lines) >= count
                      and [json.loads(line) for line in lines], seconds=30)


def respond(event, **more):
    return put(event["ResponseURL"], {"Status": "SUCCESS", "PhysicalResourceId": "p", "StackId": event["StackId"],
                                      "RequestId": event["RequestId"], "LogicalResourceId": event["LogicalResourceId"], **more})


def test_waiting_survives_kills_in_every_phase(server, client_of, tmp_path):
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text(RECORDER)
    stacks = client_of(server, "cloudformation")

    def kill_and_restart():
        server.kill()
        server.start()

    template = package_template(code, "python3.12", "app.handler").replace("Size: 3", "Size: !Ref Size") + \
        "Parameters: {Size: {Type: String, Default: '1'}}\n"
    stacks.create_stack(StackName="s", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
    asked = requests_of(code, 1)
    kill_and_restart()
    assert status(stacks, "s") == "CREATE_IN_PROGRESS"
    respond(asked[-1], Data={"Answer": "a"})
    eventually(lambda: status(stacks, "s") == "CREATE_COMPLETE")

    stacks.update_stack(StackName="s", UsePreviousTemplate=True, Capabilities=["CAPABILITY_IAM"], Parameters=parameters(Size="2"))
    update = eventually(lambda: next((event for event in requests_of(code, 2) if event["RequestType"] == "Update"), None))
    kill_and_restart()
    assert status(stacks, "s") == "UPDATE_IN_PROGRESS"
    respond(update, PhysicalResourceId="q", Data={"Answer": "b"})
    cleanup = eventually(lambda: next((event for event in requests_of(code, 3) if event["RequestType"] == "Delete"), None))
    assert cleanup["PhysicalResourceId"] == "p"
    kill_and_restart()
    assert status(stacks, "s") == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    respond(cleanup)
    eventually(lambda: status(stacks, "s") == "UPDATE_COMPLETE")
    assert outputs(stacks, "s") == {"Answer": "b"}

    stack_id = cleanup["StackId"]
    stacks.delete_stack(StackName="s")
    deletion = eventually(lambda: next((event for event in requests_of(code, 4)
                                        if event["RequestType"] == "Delete" and event["PhysicalResourceId"] == "q"), None))
    kill_and_restart()
    assert status(stacks, stack_id) == "DELETE_IN_PROGRESS"
    respond(deletion)
    eventually(lambda: status(stacks, stack_id) == "DELETE_COMPLETE")
    with pytest.raises(urllib.error.HTTPError) as refused:  # as a presigned URL that has expired
        respond(deletion)
    assert refused.value.code == 403
    # Each request has one id, however often the function was run for it.
    assert len({event["RequestId"] for event in requests_of(code, 4)}) == 4


WAIT = """
Resources:
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
  Ready:
    Type: AWS::CloudFormation::WaitCondition
    Properties: {Handle: !Ref Handle, Timeout: "30", Count: 2}
Outputs:
  Data: {Value: !GetAtt Ready.Data}
"""


def test_a_wait_condition_counts_signals_over_a_kill(server, client_of):
    stacks = client_of(server, "cloudformation")
    stacks.create_stack(StackName="w", TemplateBody=WAIT)
    url = stacks.describe_stack_resource(StackName="w", LogicalResourceId="Handle")["StackResourceDetail"]["PhysicalResourceId"]
    assert put(url, {"Status": "SUCCESS", "UniqueId": "1", "Data": "one", "Reason": "r"}) == 200
    server.kill()
    server.start()
    assert status(stacks, "w") == "CREATE_IN_PROGRESS"
    assert put(url, {"Status": "SUCCESS", "UniqueId": "2", "Data": "two", "Reason": "r"}) == 200
    eventually(lambda: status(stacks, "w") == "CREATE_COMPLETE")
    assert json.loads(outputs(stacks, "w")["Data"]) == {"1": "one", "2": "two"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        put(url, {"Status": "MAYBE", "UniqueId": "3"})
    assert refused.value.code == 400


def test_a_user_with_an_access_key(stacks, name, client, endpoint):
    stacks.create_stack(StackName=name, Capabilities=["CAPABILITY_NAMED_IAM"], TemplateBody=json.dumps({
        "Resources": {
            "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": name, "Path": "/apps/", "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}},
            "Key": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "User"}}},
            "Group": {"Type": "AWS::Logs::LogGroup"},
            "Stream": {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": {"Ref": "Group"}, "LogStreamName": "s"}},
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["User", "Arn"]}}, "Id": {"Value": {"Ref": "Key"}},
                    "Secret": {"Value": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}}, "Group": {"Value": {"Ref": "Group"}}}}))
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)
    made = outputs(stacks, name)
    iam = client("iam")
    assert made["Arn"] == f"arn:aws:iam::000000000000:user/apps/{name}"
    assert [key["AccessKeyId"] for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]] == [made["Id"]]
    assert len(made["Secret"]) == 40 and made["Id"].startswith("AKIA")
    signed = boto3.client("iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=made["Id"], aws_secret_access_key=made["Secret"])
    assert signed.get_user()["User"]["UserName"] == name
    streams = client("logs").describe_log_streams(logGroupName=made["Group"])["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["s"]
    delete(stacks, name)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_user(UserName=name)
