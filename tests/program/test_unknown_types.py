"""Templates with what Millrace does not offer, under --allow-unknown-types."""

import json

import pytest

from support.cli import aws, millrace
from support.server import Server

PYTHON = "def greet(event, context):\n    return {'statusCode': 200, 'body': event.get('path')}\n"
NODE = "exports.greet = async (event) => ({statusCode: 200, body: event.path})\n"

GREETER = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Timeout: 5}
  Api: {TracingEnabled: true}
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code/
      Handler: app.greet
      Runtime: RUNTIME
      Environment: {Variables: {TABLE: !Ref Visits, STEPS: !Ref Steps}}
      Events:
        Front: {Type: Api, Properties: {Path: /greet, Method: get}}
        Hourly: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
        Work: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Visits}}]
  Queue: {Type: AWS::SQS::Queue}
  Visits: {Type: AWS::Serverless::SimpleTable}
  Steps: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: steps.json}}
  Calls:
    Type: AWS::Lambda::Permission
    Properties: {Action: 'lambda:InvokeFunction', FunctionName: !Ref Greeter, Principal: dynamodb.amazonaws.com, SourceArn: !GetAtt Visits.Arn}
Outputs:
  Url: {Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/greet/"}
  Role: {Value: !GetAtt GreeterRole.Arn}
  Steps: {Value: !Ref Steps}
"""


@pytest.fixture(scope="module")
def lenient(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("lenient"), "--allow-unknown-types") as server:
        yield server.endpoint


@pytest.mark.parametrize("runtime, file, code", [("python3.12", "app.py", PYTHON), ("nodejs22.x", "app.js", NODE)], ids=["python", "node"])
def test_a_sam_template_with_an_api_comes_up_and_its_function_runs(lenient, tmp_path, unique, runtime, file, code):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / file).write_text(code)
    template = tmp_path / "template.yaml"
    template.write_text(GREETER.replace("RUNTIME", runtime))
    deployed = millrace("deploy", template, "--stack-name", unique, endpoint=lenient)
    said = deployed.stdout + deployed.stderr
    for skipped in ("AWS::ApiGateway::RestApi", "AWS::Serverless::ApiEvent", "AWS::Events::Rule", "AWS::DynamoDB::Table"):
        assert f"Skipped: Millrace does not offer {skipped}" in said
    stack = aws(lenient, "cloudformation", "describe-stacks", "--stack-name", unique)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert outputs["Url"].startswith(f"https://{unique}-ServerlessRestApi"[:40])
    assert outputs["Steps"].startswith("arn:aws:stepfunctions:us-east-1:000000000000:")
    resources = aws(lenient, "cloudformation", "describe-stack-resources", "--stack-name", unique)["StackResources"]
    ids = {resource["LogicalResourceId"]: resource for resource in resources}
    assert ids["GreeterHourly"]["ResourceType"] == "AWS::Events::Rule"
    assert ids["GreeterWork"]["ResourceType"] == "AWS::Lambda::EventSourceMapping"
    answer = millrace("invoke", ids["Greeter"]["PhysicalResourceId"], "--payload", '{"path": "/greet"}', endpoint=lenient)
    assert json.loads(answer.stdout) == {"statusCode": 200, "body": "/greet"}
    millrace("destroy", unique, endpoint=lenient)


def test_what_could_be_skipped_of_a_sam_template_is_refused_with_advice(endpoint, tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(PYTHON)
    template = tmp_path / "template.yaml"
    template.write_text(GREETER.replace("RUNTIME", "python3.12").replace("  Api: {TracingEnabled: true}\n", ""))
    refused = millrace("deploy", template, endpoint=endpoint, check=False)
    assert refused.returncode == 1 and "--allow-unknown-types" in refused.stderr
    assert "Event with id [Front] is invalid. The event type 'Api' is not offered" in refused.stderr
    assert "Resource with id [Visits] is invalid. AWS::Serverless::SimpleTable is not offered" in refused.stderr


@pytest.mark.parametrize("slip", ["Parameters: {P: {Type: Strng}}", "Parameters: {P: {Type: 'AWS::EC2::Foo::Id'}}"])
def test_a_slip_of_the_pen_is_refused_without_advice(lenient, tmp_path, slip):
    (tmp_path / "template.yaml").write_text(slip + "\nResources: {Q: {Type: AWS::SQS::Queue}}\n")
    refused = millrace("deploy", tmp_path / "template.yaml", endpoint=lenient, check=False)
    assert refused.returncode == 1 and "Unrecognized parameter type" in refused.stderr and "--allow-unknown-types" not in refused.stderr


ARCHITECTURE = """
Parameters:
  Network: {Type: 'AWS::EC2::VPC::Id', Default: vpc-1}
  Places: {Type: 'List<AWS::EC2::Subnet::Id>', Default: 'subnet-1,subnet-2'}
Resources:
  Table: {Type: AWS::DynamoDB::Table, DeletionPolicy: Snapshot}
  Group: {Type: AWS::AutoScaling::AutoScalingGroup, UpdatePolicy: {AutoScalingRollingUpdate: {}}, Properties: {VPCZoneIdentifier: !Ref Places}}
  Client: {Type: AWS::IAM::User}
  ClientPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: reads
      Users: [!Ref Client]
      PolicyDocument: {Version: '2012-10-17', Statement: {Effect: Allow, Action: 'dynamodb:*', Resource: !GetAtt Table.Arn}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: anything, EventSourceArn: !GetAtt Table.StreamArn, StartingPosition: LATEST}
Outputs:
  Client: {Value: !Ref Client}
  Place: {Value: !Select [1, !Ref Places]}
"""


def test_unknown_parameter_types_policies_and_mappings_are_taken(lenient, endpoint, tmp_path, unique):
    template = tmp_path / "template.yaml"
    template.write_text(ARCHITECTURE)
    refused = millrace("deploy", template, endpoint=endpoint, check=False)
    assert refused.returncode == 1 and "Unrecognized parameter type: AWS::EC2::VPC::Id" in refused.stderr and "--allow-unknown-types" in refused.stderr
    deployed = millrace("deploy", template, "--stack-name", unique, endpoint=lenient)
    assert "AWS::Lambda::EventSourceMapping of arn:aws:dynamodb:" in deployed.stdout + deployed.stderr
    stack = aws(lenient, "cloudformation", "describe-stacks", "--stack-name", unique)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert outputs["Place"] == "subnet-2"
    assert aws(lenient, "iam", "list-user-policies", "--user-name", outputs["Client"])["PolicyNames"] == ["reads"]
    millrace("destroy", unique, endpoint=lenient)
