"""Prints template.yaml's twin as JSON, with the function of one's choice: python3 template.py [--function cpp|python|python-async]"""

import argparse

from troposphere import GetAtt, Join, Output, Parameter, Ref, Sub, Template
from troposphere.awslambda import Environment, EventSourceMapping, Function
from troposphere.iam import Policy, Role
from troposphere.kinesis import Stream
from troposphere.sqs import Queue, QueuePolicy

FUNCTIONS = {
    "cpp": {"Runtime": "provided.al2023", "Handler": "bootstrap", "Code": "functions/cpp/package"},
    "python": {"Runtime": "python3.12", "Handler": "index.lambda_handler", "Code": "functions/python"},
    "python-async": {"Runtime": "python3.12", "Handler": "index.lambda_handler", "Code": "functions/python-async"},
}


class LocalFunction(Function):
    """Code may name a local folder, as `aws cloudformation package` and Millrace take it."""

    props = {**Function.props, "Code": (str, True)}


def statement(actions, resource, **more):
    return {"Effect": "Allow", **more, "Action": actions, "Resource": resource}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def add_parameters(template):
    template.add_parameter(Parameter("Stage", Type="String", Default="dev", AllowedValues=["dev", "test", "prod"],
                                     Description="Part of every name"))
    template.add_parameter(Parameter("ShardCount", Type="Number", Default=1, MinValue=1, MaxValue=100))
    template.add_parameter(Parameter("BatchSize", Type="Number", Default=100, MinValue=1, MaxValue=10000,
                                     Description="The most records of one invocation"))
    template.add_parameter(Parameter("StartingPosition", Type="String", Default="TRIM_HORIZON",
                                     AllowedValues=["TRIM_HORIZON", "LATEST"]))


def add_resources(template, function):
    template.add_resource(Stream("Events", Name=Sub("${AWS::StackName}-${Stage}-events"), ShardCount=Ref("ShardCount"),
                                 RetentionPeriodHours=168))
    template.add_resource(Queue("Messages", QueueName=Join("-", [Ref("AWS::StackName"), Ref("Stage"), "messages"]),
                                VisibilityTimeout=30, MessageRetentionPeriod=1209600))
    send = ["sqs:SendMessage", "sqs:GetQueueUrl"]
    template.add_resource(QueuePolicy(
        "MessagesPolicy", Queues=[Ref("Messages")],
        PolicyDocument=document(statement(send, GetAtt("Messages", "Arn"),
                                          Principal={"AWS": GetAtt("ForwarderRole", "Arn")}))))
    itself = Sub("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-${Stage}-forwarder")
    template.add_resource(Role(
        "ForwarderRole",
        AssumeRolePolicyDocument=document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                           "Action": "sts:AssumeRole"}),
        ManagedPolicyArns=["arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole"],
        Policies=[Policy(PolicyName="send-messages", PolicyDocument=document(statement(send, GetAtt("Messages", "Arn")))),
                  Policy(PolicyName="invoke-itself", PolicyDocument=document(statement(["lambda:InvokeFunction"], itself)))]))
    template.add_resource(LocalFunction(
        "Forwarder", FunctionName=Sub("${AWS::StackName}-${Stage}-forwarder"), Role=GetAtt("ForwarderRole", "Arn"),
        MemorySize=256, Timeout=30, Environment=Environment(Variables={"QUEUE_URL": Ref("Messages")}),
        **FUNCTIONS[function]))
    template.add_resource(EventSourceMapping(
        "EventsToForwarder", EventSourceArn=GetAtt("Events", "Arn"), FunctionName=GetAtt("Forwarder", "Arn"),
        StartingPosition=Ref("StartingPosition"), BatchSize=Ref("BatchSize"), MaximumBatchingWindowInSeconds=0,
        FunctionResponseTypes=["ReportBatchItemFailures"], Enabled=True))


def add_outputs(template):
    template.add_output(Output("StreamName", Description="Where to put records", Value=Ref("Events")))
    template.add_output(Output("FunctionName", Value=Ref("Forwarder")))
    template.add_output(Output("QueueUrl", Description="Where messages arrive", Value=Ref("Messages")))
    template.add_output(Output("QueueArn", Value=GetAtt("Messages", "Arn")))


def build(function="cpp"):
    template = Template(Description="A Kinesis stream, read by a Lambda function that writes to an SQS queue")
    template.set_version("2010-09-09")
    add_parameters(template)
    add_resources(template, function)
    add_outputs(template)
    return template


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--function", choices=FUNCTIONS, default="cpp")
    print(build(arguments.parse_args().function).to_json(sort_keys=False))
