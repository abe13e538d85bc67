#pragma once

#include "ports/property_types.h"
#include "services/cloudformation/template/resource_types.h"

namespace millrace::cloudformation {

/// The types of the example pipeline, as their services describe them, for tests.
[[nodiscard]] inline std::vector<ports::ResourceTypeModel> pipeline_type_models() {
    using enum ports::PropertyModel::Update;
    const auto typed = ports::with_types;
    return {
        typed({"AWS::Kinesis::Stream",
               {{"Name", false, kReplacement},
                {"ShardCount", false, kInPlace},
                {"RetentionPeriodHours", false, kInPlace}},
               {"Arn"}},
              "Name ShardCount:integer RetentionPeriodHours:integer"),
        typed({"AWS::SQS::Queue",
               {{"QueueName", false, kReplacement},
                {"FifoQueue", false, kReplacement},
                {"VisibilityTimeout", false, kInPlace},
                {"RedrivePolicy", false, kInPlace},
                {"Tags", false, kInPlace}},
               {"Arn", "QueueName", "QueueUrl"},
               true},
              "QueueName FifoQueue:boolean VisibilityTimeout:integer RedrivePolicy:json Tags[Key Value]"),
        typed({"AWS::SQS::QueuePolicy",
               {{"PolicyDocument", true, kInPlace}, {"Queues", true, kInPlace}},
               {"Id"}},
              "PolicyDocument:json Queues[]"),
        typed({"AWS::IAM::Role",
               {{"AssumeRolePolicyDocument", true, kInPlace},
                {"ManagedPolicyArns", false, kInPlace},
                {"Policies", false, kInPlace},
                {"RoleName", false, kReplacement}},
               {"Arn", "RoleId"}},
              "AssumeRolePolicyDocument:json ManagedPolicyArns[] Policies[PolicyDocument:json PolicyName]"),
        typed({"AWS::Lambda::Function",
               {{"Code", true, kInPlace},
                {"Environment", false, kInPlace},
                {"FunctionName", false, kReplacement},
                {"Handler", false, kInPlace},
                {"MemorySize", false, kInPlace},
                {"Role", true, kInPlace},
                {"Runtime", false, kInPlace},
                {"Timeout", false, kInPlace}},
               {"Arn"}},
              "Code:any Environment{Variables{}} MemorySize:integer Role"),
        {"AWS::Lambda::EventSourceMapping",
         {{"BatchSize", false, kInPlace},
          {"EventSourceArn", false, kReplacement},
          {"FunctionName", true, kInPlace},
          {"SelfManagedEventSource", false, kReplacement},
          {"StartingPosition", false, kReplacement}},
         {"Id", "EventSourceMappingArn"}},
    };
}

[[nodiscard]] inline ResourceTypes pipeline_types() {
    ResourceTypes types;
    for (ports::ResourceTypeModel& model : pipeline_type_models()) types.add(std::move(model));
    return types;
}

/// Stream, function, role, queue, queue policy and mapping; the same template in YAML and in JSON.
inline constexpr std::string_view kPipelineYaml = R"(AWSTemplateFormatVersion: "2010-09-09"
Description: Stream to function to queue
Parameters:
  ShardCount:
    Type: Number
    Default: 1
    MinValue: 1
    MaxValue: 10
  Stage:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Events:
    Type: AWS::Kinesis::Stream
    Properties:
      ShardCount: !Ref ShardCount
      RetentionPeriodHours: !If [IsProd, 168, !Ref "AWS::NoValue"]
  Messages:
    Type: AWS::SQS::Queue
    DeletionPolicy: Retain
    Properties:
      QueueName: !Sub "${AWS::StackName}-${Stage}-messages"
  MessagesPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Messages]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: sqs:SendMessage
            Resource: !GetAtt Messages.Arn
            Condition: {ArnEquals: {"aws:SourceArn": !GetAtt Forward.Arn}}
  ForwardRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      ManagedPolicyArns:
        - !Join ["", ["arn:", !Ref "AWS::Partition", ":iam::aws:policy/AWSLambdaKinesisExecutionRole"]]
  Forward:
    Type: AWS::Lambda::Function
    DependsOn: MessagesPolicyLess
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: !GetAtt ForwardRole.Arn
      Environment: {Variables: {QUEUE_URL: !Ref Messages}}
      Code:
        ZipFile: |
          def handler(event, context):
              return "${not a variable}"
  MessagesPolicyLess:
    Type: AWS::SQS::Queue
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt [Events, Arn]
      FunctionName: !GetAtt Forward.Arn
      StartingPosition: TRIM_HORIZON
      BatchSize: 100
Outputs:
  QueueUrl:
    Description: Where the messages arrive
    Value: !Ref Messages
    Export: {Name: !Sub "${AWS::StackName}:QueueUrl"}
  StreamArn:
    Value: !GetAtt Events.Arn
)";

inline constexpr std::string_view kPipelineJson = R"({
  "AWSTemplateFormatVersion": "2010-09-09",
  "Description": "Stream to function to queue",
  "Parameters": {
    "ShardCount": {"Type": "Number", "Default": 1, "MinValue": 1, "MaxValue": 10},
    "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]}
  },
  "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
  "Resources": {
    "Events": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": {"Ref": "ShardCount"},
      "RetentionPeriodHours": {"Fn::If": ["IsProd", 168, {"Ref": "AWS::NoValue"}]}}},
    "Messages": {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain", "Properties": {
      "QueueName": {"Fn::Sub": "${AWS::StackName}-${Stage}-messages"}}},
    "MessagesPolicy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Messages"}],
      "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
        "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": ["Messages", "Arn"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Forward", "Arn"]}}}}]}}},
    "ForwardRole": {"Type": "AWS::IAM::Role", "Properties": {
      "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
      "ManagedPolicyArns": [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"},
        ":iam::aws:policy/AWSLambdaKinesisExecutionRole"]]}]}},
    "Forward": {"Type": "AWS::Lambda::Function", "DependsOn": "MessagesPolicyLess", "Properties": {
      "Runtime": "python3.11", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["ForwardRole", "Arn"]},
      "Environment": {"Variables": {"QUEUE_URL": {"Ref": "Messages"}}},
      "Code": {"ZipFile": "def handler(event, context):\n    return \"${not a variable}\"\n"}}},
    "MessagesPolicyLess": {"Type": "AWS::SQS::Queue"},
    "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
      "EventSourceArn": {"Fn::GetAtt": ["Events", "Arn"]}, "FunctionName": {"Fn::GetAtt": ["Forward", "Arn"]},
      "StartingPosition": "TRIM_HORIZON", "BatchSize": 100}}
  },
  "Outputs": {
    "QueueUrl": {"Description": "Where the messages arrive", "Value": {"Ref": "Messages"},
      "Export": {"Name": {"Fn::Sub": "${AWS::StackName}:QueueUrl"}}},
    "StreamArn": {"Value": {"Fn::GetAtt": ["Events", "Arn"]}}
  }
})";

}  // namespace millrace::cloudformation
