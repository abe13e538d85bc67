#!/usr/bin/env python3
"""How fast templates become stacks.

usage: templates.py [--binary build/millrace] [--rounds 5] [--json FILE]

Against a server of its own with --fsync=always, in a temporary directory:
  pipeline   from CreateStack of a stream, a function, a queue and a mapping, to a record's message in the queue
  create     a stack of 500 resources (queues, log groups, roles) to CREATE_COMPLETE; update; delete
  memory     resident memory over repeated creation and deletion of that stack
Needs boto3 (build/clients/python/bin/python).
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

PIPELINE = """
Resources:
  Stream: {Type: "AWS::Kinesis::Stream", Properties: {ShardCount: 1}}
  Queue: {Type: "AWS::SQS::Queue"}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: {Variables: {QUEUE: !Ref Queue}}
      Code:
        ZipFile: |
          import http.client, json, os, urllib.parse
          def handler(event, context):
              url = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
              connection = http.client.HTTPConnection(url.hostname, url.port)
              body = json.dumps({"QueueUrl": os.environ["QUEUE"], "MessageBody": event["Records"][0]["kinesis"]["data"]})
              key = os.environ["AWS_ACCESS_KEY_ID"]
              connection.request("POST", "/", body, {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0",
                  "Authorization": "AWS4-HMAC-SHA256 Credential=%s/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0" % key})
              assert connection.getresponse().status == 200
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Stream.Arn, FunctionName: !Ref Function, StartingPosition: TRIM_HORIZON}
Outputs:
  Stream: {Value: !Ref Stream}
  Queue: {Value: !Ref Queue}
"""


def large_template(count, timeout):
    resources = {}
    for number in range(count):
        kind = number % 5
        if kind < 3:
            resources[f"Queue{number}"] = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": timeout}}
        elif kind == 3:
            resources[f"Group{number}"] = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}}
        else:
            resources[f"Policy{number}"] = {"Type": "AWS::SQS::QueuePolicy", "Properties": {
                "Queues": [{"Ref": f"Queue{number - 4}"}], "PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}]}}}
    body = json.dumps({"Resources": resources}, separators=(",", ":"))
    return body


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def wait(stacks, name, status):
    while (now := stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]) != status:
        if not now.endswith("_IN_PROGRESS"):
            raise RuntimeError(f"{name} is {now}: " + json.dumps(
                [event for event in stacks.describe_stack_events(StackName=name)["StackEvents"] if "FAILED" in event["ResourceStatus"]][:2], default=str))
        time.sleep(0.001)


def timed(call):
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000


def pipeline(client_of, rounds):
    stacks, kinesis, sqs = (client_of(service) for service in ("cloudformation", "kinesis", "sqs"))
    deployed, processed = [], []
    for round_number in range(rounds):
        name = f"pipeline-{round_number}"
        begin = time.perf_counter()
        stacks.create_stack(StackName=name, TemplateBody=PIPELINE, Capabilities=["CAPABILITY_IAM"])
        wait(stacks, name, "CREATE_COMPLETE")
        deployed.append((time.perf_counter() - begin) * 1000)
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]}
        kinesis.put_record(StreamName=outputs["Stream"], Data=b"x", PartitionKey="k")
        while not sqs.receive_message(QueueUrl=outputs["Queue"], WaitTimeSeconds=5).get("Messages"):
            pass
        processed.append((time.perf_counter() - begin) * 1000)
        stacks.delete_stack(StackName=name)
    return {"deployed_ms": statistics.median(deployed), "first_record_ms": statistics.median(processed)}


def large(client_of, count, rounds, pid):
    stacks = client_of("cloudformation")
    figures = {"create_ms": [], "update_ms": [], "delete_ms": [], "resident_mib": []}
    for _ in range(rounds):
        figures["create_ms"].append(timed(lambda: (stacks.create_stack(StackName="large", TemplateBody=large_template(count, 30)),
                                                   wait(stacks, "large", "CREATE_COMPLETE"))))
        stack_id = stacks.describe_stacks(StackName="large")["Stacks"][0]["StackId"]
        figures["update_ms"].append(timed(lambda: (stacks.update_stack(StackName="large", TemplateBody=large_template(count, 31)),
                                                   wait(stacks, "large", "UPDATE_COMPLETE"))))
        figures["delete_ms"].append(timed(lambda: (stacks.delete_stack(StackName="large"), wait(stacks, stack_id, "DELETE_COMPLETE"))))
        figures["resident_mib"].append(resident_mib(pid))
    return {"resources": count, **{name: statistics.median(values) for name, values in figures.items() if name != "resident_mib"},
            "resident_mib": figures["resident_mib"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build" / "millrace"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()

    import support.server
    support.server.BINARY = pathlib.Path(arguments.binary)
    import boto3

    with tempfile.TemporaryDirectory() as directory, support.server.Server(pathlib.Path(directory) / "data") as server:
        def client_of(service):
            return boto3.client(service, endpoint_url=server.endpoint, region_name="us-east-1",
                                aws_access_key_id="000000000000", aws_secret_access_key="test")

        figures = {"pipeline": pipeline(client_of, arguments.rounds),
                   "large": large(client_of, 500, arguments.rounds, server.process.pid)}
    print(json.dumps(figures, indent=1))
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
