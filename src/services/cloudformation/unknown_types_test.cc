#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

// What Millrace does not offer is refused, or skipped with --allow-unknown-types.

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

using UnknownTypesTest = ServiceFixture;

constexpr std::string_view kUnknown = R"(
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: b}}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !GetAtt Bucket.DomainName, VisibilityTimeout: 1}
  Topic: {Type: AWS::SNS::Topic, DependsOn: Bucket}
Outputs:
  Name: {Value: !Ref Bucket}
  Arn: {Value: !GetAtt Bucket.Arn}
  Topic: {Value: !Ref Topic}
  TopicArn: {Value: !GetAtt Topic.TopicArn}
)";

TEST_F(UnknownTypesTest, UnknownTypesCanBeSkipped) {
    EXPECT_THAT(error("CreateStack", {{"StackName", "pipe"}, {"TemplateBody", kUnknown}}),
                HasSubstr("Unrecognized resource types: [AWS::S3::Bucket, AWS::SNS::Topic]"));
    allow_unknown_types_ = true;
    restart();
    create(kUnknown);
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_THAT(
        events(),
        Contains("Bucket CREATE_COMPLETE: Skipped: Millrace does not offer AWS::S3::Bucket, and was told "
                 "to go on without (--allow-unknown-types)"));
    const std::string bucket = physical_id("Bucket");
    EXPECT_TRUE(provider_.existing.contains(bucket + ".DomainName"));
    const auto outputs = stack()["Outputs"].as_array();
    EXPECT_EQ(outputs[0].at("OutputValue").as_string(), bucket);
    EXPECT_EQ(outputs[1].at("OutputValue").as_string(), "arn:aws:s3:us-east-1:000000000000:" + bucket);
    EXPECT_THAT(std::string(outputs[2].at("OutputValue").as_string()),
                StartsWith("arn:aws:sns:us-east-1:000000000000:pipe-Topic-"));
    EXPECT_EQ(outputs[3].at("OutputValue"), outputs[2].at("OutputValue"));
    std::string changed(kUnknown);
    changed.replace(changed.find("Timeout: 1"), 10, "Timeout: 2");
    changed.replace(changed.find("BucketName: b"), 13, "BucketName: c");
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", changed}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    // Without the option the stack can still go.
    allow_unknown_types_ = false;
    restart();
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(provider_.existing, testing::IsEmpty());
}

TEST_F(UnknownTypesTest, MappingsOfWhatWasSkippedAreSkipped) {
    allow_unknown_types_ = true;
    restart();
    create(R"(
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {Name: s}}
  Made:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: f, EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s'}
  Skipped:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: f, EventSourceArn: !GetAtt Table.StreamArn, StartingPosition: LATEST}
  Cluster: {Type: AWS::MSK::Cluster}
  OfCluster: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: f, EventSourceArn: !Ref Cluster}}
  OfOwn:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: f, SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['k:9092']}}}
)");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_THAT(events(),
                Contains(StartsWith("Skipped CREATE_COMPLETE: Skipped: Millrace does not offer "
                                    "AWS::Lambda::EventSourceMapping of arn:aws:dynamodb:us-east-1:")));
    EXPECT_TRUE(provider_.existing.contains(physical_id("Made")));
    for (const char* skipped : {"Skipped", "OfCluster", "OfOwn"})
        EXPECT_FALSE(provider_.existing.contains(physical_id(skipped))) << skipped;
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(provider_.existing, testing::IsEmpty());
}

constexpr std::string_view kElsewhere = R"(
Parameters:
  Vpc: {Type: 'AWS::EC2::VPC::Id', Default: vpc-1}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>', Default: 'a, b'}
  Image: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /images/latest}
  Other: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /images/mine}
Resources:
  Machine:
    Type: AWS::EC2::Instance
    DeletionPolicy: Snapshot
    CreationPolicy: {ResourceSignal: {Timeout: PT15M}}
Outputs:
  All: {Value: !Join [' ', [!Ref Vpc, !Select [1, !Ref Subnets], !Ref Image, !Ref Other]]}
)";

TEST_F(UnknownTypesTest, WhatBelongsToUnknownTypesIsTakenWithThem) {
    EXPECT_THAT(error("CreateStack", {{"StackName", "pipe"}, {"TemplateBody", kElsewhere}}),
                HasSubstr("Unrecognized parameter type: AWS::EC2::VPC::Id (parameter Vpc"));
    EXPECT_THAT(error("GetTemplateSummary", {{"TemplateBody", kElsewhere}}),
                HasSubstr("Unrecognized parameter type"));
    allow_unknown_types_ = true;
    restart();
    parameters_.stored["/images/mine"] = {.value = "ami-1", .is_list = false};
    create(kElsewhere);
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(stack()["Outputs"].as_array()[0].at("OutputValue"), "vpc-1 b /images/latest ami-1");
    EXPECT_EQ(ok("GetTemplateSummary", {{"TemplateBody", kElsewhere}})["Parameters"].as_array()[1].at(
                  "ParameterType"),
              "List<AWS::EC2::Subnet::Id>");
    ok("DeleteStack", {{"StackName", "pipe"}});
    const std::string policy = "Resources: {Q: {Type: AWS::SQS::Queue, UpdateReplacePolicy: Snapshot}}";
    EXPECT_THAT(error("CreateStack", {{"StackName", "other"}, {"TemplateBody", policy}}),
                HasSubstr("resource type of Q does not support UpdateReplacePolicy Snapshot"));
}

}  // namespace
}  // namespace millrace::cloudformation
