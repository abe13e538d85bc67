"""Function URLs: the API by boto3, the URLs by curl, which finds names below localhost by itself."""

import json
import subprocess

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.packages import zip_of

ROLE = "arn:aws:iam::000000000000:role/any"
CODE = """
import base64, json
def handler(event, context):
    path = event["rawPath"]
    if path == "/fail":
        raise ValueError("no")
    if path == "/page":
        return {"statusCode": 418, "headers": {"content-type": "text/html"}, "cookies": ["a=1", "b=2"], "body": "<p>hi"}
    if path == "/bytes":
        return {"statusCode": 200, "headers": {"content-type": "image/png"}, "isBase64Encoded": True,
                "body": base64.b64encode(bytes(range(256))).decode()}
    if path == "/text":
        return "just text"
    return event
"""


@pytest.fixture
def function(client, unique):
    functions = client("lambda")
    functions.create_function(FunctionName=unique, Runtime="python3.11", Handler="index.handler", Role=ROLE,
                              Code={"ZipFile": zip_of({"index.py": CODE})})
    return functions


def curl(url, *more):
    """(status, headers by lower-case name, body)"""
    done = subprocess.run(["curl", "-sS", "-i", "--max-time", "20", url, *more], capture_output=True, check=True)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers.setdefault(name.lower(), []).append(value)
    return int(lines[0].split()[1]), headers, body


def test_a_url_answers_with_the_event_of_format_2(function, unique, endpoint):
    created = function.create_function_url_config(FunctionName=unique, AuthType="NONE")
    url = created["FunctionUrl"]
    assert url.endswith(".localhost:" + endpoint.rpartition(":")[2] + "/")
    status, headers, body = curl(url + "a/b?x=1&x=2", "-H", "Cookie: k=v; l=w", "-H", "Content-Type: application/json", "-d", '{"é":1}')
    event = json.loads(body)
    host = url.split("/")[2]
    assert status == 200 and headers["content-type"] == ["application/json"]
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == ("2.0", "/a/b", "x=1&x=2")
    assert event["queryStringParameters"] == {"x": "1,2"} and event["cookies"] == ["k=v", "l=w"]
    assert event["headers"]["host"] == host and event["body"] == '{"é":1}' and event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["http"]["method"] == "POST" and context["http"]["sourceIp"] == "127.0.0.1"
    assert context["http"]["userAgent"].startswith("curl/") and context["domainName"] == host.partition(":")[0]
    assert context["apiId"] == context["domainPrefix"] == host.partition(".")[0]
    assert headers["x-amzn-requestid"] == [context["requestId"]]


def test_what_the_function_says_is_the_answer(function, unique):
    url = function.create_function_url_config(FunctionName=unique, AuthType="NONE")["FunctionUrl"]
    status, headers, body = curl(url + "page")
    assert (status, body) == (418, b"<p>hi")
    assert headers["set-cookie"] == ["a=1", "b=2"] and headers["content-type"] == ["text/html"]
    assert curl(url + "bytes")[2] == bytes(range(256))
    assert curl(url + "text")[2] == b"just text"
    status, _, body = curl(url + "fail")
    assert (status, body) == (502, b"Internal Server Error")
    status, headers, body = curl(url + "page", "-I")
    assert (status, body) == (418, b"")


def test_binary_bodies_and_forms_come_in_base64(function, unique):
    url = function.create_function_url_config(FunctionName=unique, AuthType="NONE")["FunctionUrl"]
    event = json.loads(curl(url, "-d", "a=b")[2])
    assert (event["body"], event["isBase64Encoded"]) == ("YT1i", True)


def test_an_alias_shares_out_its_requests(function, unique):
    function.publish_version(FunctionName=unique)
    function.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    created = function.create_function_url_config(FunctionName=unique, Qualifier="live", AuthType="NONE")
    assert created["FunctionArn"].endswith(f":{unique}:live")
    assert curl(created["FunctionUrl"] + "text")[2] == b"just text"
    listed = function.list_function_url_configs(FunctionName=unique)["FunctionUrlConfigs"]
    assert [one["FunctionUrl"] for one in listed] == [created["FunctionUrl"]]
    function.delete_alias(FunctionName=unique, Name="live")
    assert curl(created["FunctionUrl"])[0] == 403


def test_iam_takes_signed_requests_only(function, unique):
    url = function.create_function_url_config(FunctionName=unique, AuthType="AWS_IAM")["FunctionUrl"]
    status, headers, body = curl(url)
    assert status == 403 and headers["x-amzn-errortype"] == ["AccessDeniedException"]
    assert json.loads(body)["Message"].startswith("Forbidden")
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials("123456789012", "secret"), "lambda", "us-east-1").add_auth(request)
    signed = [option for name, value in request.headers.items() for option in ("-H", f"{name}: {value}")]
    status, _, body = curl(url, *signed)
    assert status == 200 and json.loads(body)["requestContext"]["authorizer"]["iam"]["accessKey"] == "123456789012"
    function.update_function_url_config(FunctionName=unique, AuthType="NONE")
    assert curl(url)[0] == 200


def test_browsers_are_answered_as_configured(function, unique):
    cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["PUT"], "AllowHeaders": ["x-mine"], "MaxAge": 60}
    created = function.create_function_url_config(FunctionName=unique, AuthType="NONE", Cors=cors)
    assert created["Cors"] == cors
    preflight = ["-X", "OPTIONS", "-H", "Access-Control-Request-Method: PUT", "-H"]
    status, headers, _ = curl(created["FunctionUrl"] + "fail", *preflight, "Origin: https://a.example")
    assert status == 200 and headers["access-control-allow-origin"] == ["https://a.example"]
    assert headers["access-control-allow-methods"] == ["PUT"] and headers["access-control-max-age"] == ["60"]
    assert "access-control-allow-origin" not in curl(created["FunctionUrl"] + "fail", *preflight, "Origin: https://b.example")[1]
    assert curl(created["FunctionUrl"], "-H", "Origin: https://a.example")[1]["access-control-allow-origin"] == ["https://a.example"]


def test_the_path_form_needs_no_names(function, unique, endpoint):
    url = function.create_function_url_config(FunctionName=unique, AuthType="NONE")["FunctionUrl"]
    identifier = url.split("/")[2].partition(".")[0]
    event = json.loads(curl(f"{endpoint}/_lambda-url/{identifier}/a?b=c")[2])
    assert event["rawPath"] == "/a" and event["requestContext"]["domainName"].startswith(identifier + ".lambda-url.us-east-1.")


def test_errors_are_aws_s(function, unique):
    function.create_function_url_config(FunctionName=unique, AuthType="NONE")
    with pytest.raises(function.exceptions.ResourceConflictException, match="FunctionUrlConfig exists for this Lambda function"):
        function.create_function_url_config(FunctionName=unique, AuthType="NONE")
    function.delete_function_url_config(FunctionName=unique)
    with pytest.raises(function.exceptions.ResourceNotFoundException, match="The resource you requested does not exist"):
        function.get_function_url_config(FunctionName=unique)


TEMPLATE = """
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/any
      Code: {ZipFile: "def handler(event, context): return 'from a stack'"}
  Url:
    Type: AWS::Lambda::Url
    Properties:
      TargetFunctionArn: !GetAtt Function.Arn
      AuthType: NONE
      Cors: {AllowOrigins: ["*"], MaxAge: MAXAGE}
Outputs:
  Url: {Value: !GetAtt Url.FunctionUrl}
  Ref: {Value: !Ref Url}
  Arn: {Value: !GetAtt Url.FunctionArn}
"""


def test_templates_have_urls(client, unique):
    stacks, functions = client("cloudformation"), client("lambda")
    stacks.create_stack(StackName=unique, TemplateBody=TEMPLATE.replace("MAXAGE", "5"))
    stacks.get_waiter("stack_create_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})

    def outputs():
        return {o["OutputKey"]: o["OutputValue"] for o in stacks.describe_stacks(StackName=unique)["Stacks"][0]["Outputs"]}

    before = outputs()
    assert before["Ref"] == before["Arn"] and before["Arn"].startswith("arn:aws:lambda:us-east-1:000000000000:function:")
    assert curl(before["Url"])[2] == b"from a stack"
    stacks.update_stack(StackName=unique, TemplateBody=TEMPLATE.replace("MAXAGE", "7"))
    stacks.get_waiter("stack_update_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    assert outputs() == before
    assert functions.get_function_url_config(FunctionName=before["Arn"])["Cors"]["MaxAge"] == 7
    stacks.delete_stack(StackName=unique)
    stacks.get_waiter("stack_delete_complete").wait(StackName=unique, WaiterConfig={"Delay": 1})
    assert curl(before["Url"])[0] == 403
