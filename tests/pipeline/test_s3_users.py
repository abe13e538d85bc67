"""What other services do with S3: functions' code from it, records of failures to it, buckets in templates."""

import json
import re
import subprocess
import uuid

import botocore.exceptions
import pytest

from support.cli import AWS, environment
from support.packages import zip_of
from support.server import eventually

ROLE = "arn:aws:iam::000000000000:role/any"
HANDLER = b"def handler(event, context):\n    return %s\n"
FAILING = b"def handler(event, context):\n    raise ValueError('poison')\n"


@pytest.fixture
def bucket(client):
    name = f"code-{uuid.uuid4().hex[:12]}"
    client("s3").create_bucket(Bucket=name)
    return name


def create(lambdas, name, **code):
    return lambdas.create_function(FunctionName=name, Runtime="python3.11", Handler="index.handler", Role=ROLE, Code=code)


def answer_of(lambdas, name):
    return json.loads(lambdas.invoke(FunctionName=name)["Payload"].read())


def test_code_comes_from_s3_in_the_version_that_is_named(client, unique, bucket):
    s3, lambdas = client("s3"), client("lambda")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old, new = (s3.put_object(Bucket=bucket, Key="f.zip", Body=zip_of({"index.py": HANDLER % value}))["VersionId"]
                for value in (b"'old'", b"'new'"))
    create(lambdas, unique, S3Bucket=bucket, S3Key="f.zip", S3ObjectVersion=old)
    assert answer_of(lambdas, unique) == "old"
    lambdas.update_function_code(FunctionName=unique, S3Bucket=bucket, S3Key="f.zip")
    assert answer_of(lambdas, unique) == "new"
    s3.delete_object(Bucket=bucket, Key="f.zip", VersionId=new)
    assert answer_of(lambdas, unique) == "new"  # the function has its own copy


def test_a_layer_comes_from_s3(client, unique, bucket):
    s3, lambdas = client("s3"), client("lambda")
    s3.put_object(Bucket=bucket, Key="l.zip", Body=zip_of({"python/helper.py": b"WORD = 'from the layer'\n"}))
    layer = lambdas.publish_layer_version(LayerName=unique, Content={"S3Bucket": bucket, "S3Key": "l.zip"})["LayerVersionArn"]
    code = b"import helper\ndef handler(event, context):\n    return helper.WORD\n"
    lambdas.create_function(FunctionName=unique, Runtime="python3.11", Handler="index.handler", Role=ROLE, Layers=[layer],
                            Code={"ZipFile": zip_of({"index.py": code})})
    assert answer_of(lambdas, unique) == "from the layer"


@pytest.mark.parametrize("key, version, words", [
    ("missing.zip", None, "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."),
    ("there", "no-such", "S3 Error Code: InvalidArgument. S3 Error Message: Invalid version id specified"),
    ("there", "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH", "S3 Error Code: NoSuchVersion. S3 Error Message: The specified version does not exist."),
])
def test_code_that_s3_does_not_have(client, unique, bucket, key, version, words):
    client("s3").put_object(Bucket=bucket, Key="there", Body=b"x")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        create(client("lambda"), unique, S3Bucket=bucket, S3Key=key, **({"S3ObjectVersion": version} if version else {}))
    assert error.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert error.value.response["Error"]["Message"] == f"Error occurred while GetObject. {words}"


def test_failures_of_a_mapping_become_objects(client, unique, bucket):
    s3, lambdas, kinesis = client("s3"), client("lambda"), client("kinesis")
    create(lambdas, unique, ZipFile=zip_of({"index.py": FAILING}))
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    arn = f"arn:aws:kinesis:us-east-1:000000000000:stream/{unique}"
    with pytest.raises(botocore.exceptions.ClientError):
        lambdas.create_event_source_mapping(FunctionName=unique, EventSourceArn=arn, StartingPosition="TRIM_HORIZON",
                                            DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}-missing"}})
    mapping = lambdas.create_event_source_mapping(
        FunctionName=unique, EventSourceArn=arn, StartingPosition="TRIM_HORIZON", MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}})
    kinesis.put_record(StreamName=unique, Data=b"hello", PartitionKey="p")
    found = eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"))
    assert re.fullmatch(rf"aws/lambda/{mapping['UUID']}/shardId-000000000000/(\d{{4}})/(\d\d)/(\d\d)/\1-\2-\3T\d\d\.\d\d\.\d\d-[0-9a-f-]{{36}}",
                        found[0]["Key"])
    record = json.loads(s3.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read())
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["KinesisBatchInfo"]["shardId"] == "shardId-000000000000"
    assert json.loads(record["payload"])["Records"][0]["kinesis"]["data"] == "aGVsbG8="


TEMPLATE = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: %(name)s
      VersioningConfiguration: {Status: Enabled}
      Tags: [{Key: team, Value: data}]
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: key}
      PublicAccessBlockConfiguration: {BlockPublicAcls: "TRUE", BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
      LifecycleConfiguration:
        Rules:
          - {Id: CleanupOldVersions, Status: Enabled, NoncurrentVersionExpiration: {NoncurrentDays: 365}}
          - {Id: Abort, Status: Enabled, AbortIncompleteMultipartUpload: {DaysAfterInitiation: 1}}
          - {Id: Tmp, Status: Enabled, Prefix: tmp/, TagFilters: [{Key: a, Value: b}], ExpirationInDays: 3}
          - {Id: Cold, Status: Enabled, Transition: {StorageClass: GLACIER, TransitionInDays: 90}}
      NotificationConfiguration: {}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: !GetAtt Bucket.Arn}]}
  Generated:
    Type: AWS::S3::Bucket
Outputs:
  Arn: {Value: !GetAtt Bucket.Arn}
  Domain: {Value: !GetAtt Bucket.RegionalDomainName}
  Generated: {Value: !Ref Generated}
"""


def test_buckets_in_templates(client, unique):
    s3, stacks = client("s3"), client("cloudformation")
    name = f"stack-{uuid.uuid4().hex[:12]}"
    stacks.create_stack(StackName=unique, TemplateBody=TEMPLATE % {"name": name})
    stacks.get_waiter("stack_create_complete").wait(StackName=unique, WaiterConfig={"Delay": 0.2})
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stacks.describe_stacks(StackName=unique)["Stacks"][0]["Outputs"]}
    assert outputs["Arn"] == f"arn:aws:s3:::{name}" and outputs["Domain"] == f"{name}.s3.us-east-1.amazonaws.com"
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert {"Key": "team", "Value": "data"} in s3.get_bucket_tagging(Bucket=name)["TagSet"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert [rule["ID"] for rule in rules] == ["CleanupOldVersions", "Abort", "Tmp", "Cold"]
    assert rules[2]["Filter"] == {"And": {"Prefix": "tmp/", "Tags": [{"Key": "a", "Value": "b"}]}} and rules[2]["Expiration"] == {"Days": 3}
    assert rules[3]["Transitions"] == [{"StorageClass": "GLACIER", "Days": 90}]
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"}
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Resource"] == f"arn:aws:s3:::{name}"
    generated = outputs["Generated"]
    assert generated == generated.lower() and len(generated) <= 63
    s3.head_bucket(Bucket=generated)
    stacks.delete_stack(StackName=unique)
    stacks.get_waiter("stack_delete_complete").wait(StackName=unique, WaiterConfig={"Delay": 0.2})
    for bucket in (name, generated):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            s3.head_bucket(Bucket=bucket)
        assert error.value.response["Error"]["Code"] == "404"


SERVERLESS = """
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Code: ./code, Handler: index.handler, Runtime: python3.11, Role: "arn:aws:iam::000000000000:role/any", FunctionName: %s}
"""


def test_package_and_deploy(client, unique, bucket, endpoint, tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "index.py").write_bytes(HANDLER % b"'packaged'")
    (tmp_path / "template.yaml").write_text(SERVERLESS % unique)
    for command in (["package", "--template-file", "template.yaml", "--s3-bucket", bucket, "--output-template-file", "out.yaml"],
                    ["deploy", "--template-file", "out.yaml", "--stack-name", unique]):
        done = subprocess.run([AWS, "cloudformation", *command], capture_output=True, text=True, env=environment(endpoint), cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert answer_of(client("lambda"), unique) == "packaged"
