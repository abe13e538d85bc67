#include "cli/deployment_advice.h"

#include <gtest/gtest.h>

namespace millrace::cli {
namespace {

bool names_the_flag(const std::string& message) {
    return with_advice(message) == message + "; millrace serve and up skip them with --allow-unknown-types";
}

TEST(DeploymentAdvice, NamesTheFlagForWhatItLeavesOut) {
    for (const char* message :
         {"Template format error: Unrecognized resource types: [AWS::SNS::Topic] (B, line 1)",
          "Template format error: Unrecognized parameter type: AWS::EC2::VPC::Id (parameter P; String, ...",
          "Unrecognized parameter type: AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>> (parameter P)",
          "Resource with id [V] is invalid. AWS::Serverless::SimpleTable is not offered by Millrace: of the "
          "AWS::Serverless types Function, LayerVersion and Application are.",
          "Event with id [E] is invalid. The event type 'Shedule' is not offered by Millrace: Kinesis and "
          "SQS "
          "are. Event with id [F] is invalid. The event type 'Schedule' is not offered by Millrace",
          "'Globals' section is invalid. 'Api' in Globals is not offered by Millrace: only Function is.",
          "The property DeploymentPreference is not offered by Millrace."})
        EXPECT_TRUE(names_the_flag(message)) << message;
}

TEST(DeploymentAdvice, IsSilentWhereTheFlagDoesNotHelp) {
    for (const std::string message :
         {"Template format error: Unrecognized parameter type: Strng (parameter P; String, Number, ...",
          "Template format error: Unrecognized parameter type: AWS::EC2::Foo::Id (parameter P)",
          "The event type 'Shedule' is not offered by Millrace: Kinesis and SQS are",
          "'Globals' section is invalid. 'Functions' in Globals is not offered",
          "Encountered unsupported property ShardCuont in resource S"})
        EXPECT_EQ(with_advice(message), message);
}

TEST(DeploymentAdvice, SaysHowParametersAreGiven) {
    EXPECT_EQ(with_advice("Parameters: [P] must have values (P, line 2)"),
              "Parameters: [P] must have values (P, line 2); give each with --parameter NAME=VALUE");
}

}  // namespace
}  // namespace millrace::cli
