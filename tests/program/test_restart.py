"""A deployed pipeline through SIGKILL: what it is, what it answers, and where its mapping stood."""

import json

from support.pipelines import FORWARDER
from support.server import eventually

TEMPLATE = """
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2, RetentionPeriodHours: 48}}
  Out: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 77}}
""" + FORWARDER + """\
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt In.Arn, FunctionName: !Ref Fn, StartingPosition: TRIM_HORIZON, BatchSize: 5}
Outputs:
  In: {Value: !Ref In}
  Out: {Value: !Ref Out}
  Fn: {Value: !Ref Fn}
"""


def looked_at(server, client_of):
    """Everything that the APIs tell about the stack and its resources."""
    stacks, lambdas = client_of(server, "cloudformation"), client_of(server, "lambda")
    stack = stacks.describe_stacks(StackName="pipe")["Stacks"][0]
    out = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    mapping, = lambdas.list_event_source_mappings(FunctionName=out["Fn"])["EventSourceMappings"]
    mapping.pop("LastProcessingResult", None)
    told = {
        "stack": stack,
        "template": stacks.get_template(StackName="pipe")["TemplateBody"],
        "resources": stacks.list_stack_resources(StackName="pipe")["StackResourceSummaries"],
        "events": stacks.describe_stack_events(StackName="pipe")["StackEvents"],
        "stream": client_of(server, "kinesis").describe_stream_summary(StreamName=out["In"])["StreamDescriptionSummary"],
        "function": lambdas.get_function(FunctionName=out["Fn"])["Configuration"],
        "mapping": mapping,
        "queue": client_of(server, "sqs").get_queue_attributes(QueueUrl=out["Out"], AttributeNames=["VisibilityTimeout", "QueueArn", "CreatedTimestamp"])["Attributes"],
        "role": client_of(server, "iam").list_roles()["Roles"],
    }
    return out, json.loads(json.dumps(told, default=str))


def test_a_pipeline_is_the_same_after_sigkill_and_its_mapping_goes_on(server, client_of):
    stacks = client_of(server, "cloudformation")
    stacks.create_stack(StackName="pipe", TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_IAM"], Tags=[{"Key": "team", "Value": "mill"}])
    stacks.get_waiter("stack_create_complete").wait(StackName="pipe", WaiterConfig={"Delay": 1})
    out, before = looked_at(server, client_of)
    taken = []

    def put(*bodies):
        records = [{"Data": body, "PartitionKey": body} for body in bodies]
        assert not client_of(server, "kinesis").put_records(StreamName=out["In"], Records=records)["FailedRecordCount"]

    def arrived(count):
        sqs = client_of(server, "sqs")
        for message in sqs.receive_message(QueueUrl=out["Out"], MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            sqs.delete_message(QueueUrl=out["Out"], ReceiptHandle=message["ReceiptHandle"])
            taken.append(message["Body"])
        return len(taken) >= count

    put(*[f"first-{n}" for n in range(12)])
    eventually(lambda: arrived(12), seconds=30, interval=0)
    lambdas = client_of(server, "lambda")
    # The checkpoint is behind what the function has answered for.
    eventually(lambda: lambdas.list_event_source_mappings(FunctionName=out["Fn"])["EventSourceMappings"][0].get("LastProcessingResult") == "OK")
    server.kill()
    server.start()
    assert looked_at(server, client_of)[1] == before
    put(*[f"second-{n}" for n in range(12)])
    eventually(lambda: arrived(24), seconds=30, interval=0)
    assert not arrived(25), "the mapping goes on where it was: nothing comes again"
    assert set(taken) == {f"{which}-{n}" for which in ("first", "second") for n in range(12)}

    stacks = client_of(server, "cloudformation")
    stacks.delete_stack(StackName="pipe")
    stacks.get_waiter("stack_delete_complete").wait(StackName="pipe", WaiterConfig={"Delay": 1})
    assert client_of(server, "kinesis").list_streams()["StreamNames"] == []
