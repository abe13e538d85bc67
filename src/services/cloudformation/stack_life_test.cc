#include <fmt/format.h>
#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kTwo = R"(
Parameters: {Timeout: {Type: Number, Default: 30}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Timeout}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    DependsOn: Queue
    Properties: {Queues: [!Ref Timeout], PolicyDocument: {Version: 2012-10-17}}
)";

codec::JsonObject update_to(std::string_view timeout) {
    return {
        {"StackName", "pipe"},
        {"TemplateBody", kTwo},
        {"Parameters",
         codec::JsonArray({codec::JsonObject({{"ParameterKey", "Timeout"}, {"ParameterValue", timeout}})})}};
}

using StackLifeTest = ServiceFixture;

TEST_F(StackLifeTest, ProtectionComesAndGoes) {
    create(kTwo);
    const auto protect = [&](bool on) {
        return ok("UpdateTerminationProtection",
                  {{"StackName", "pipe"}, {"EnableTerminationProtection", on}});
    };
    EXPECT_EQ(protect(true)["StackId"], stack()["StackId"]);
    EXPECT_EQ(stack()["EnableTerminationProtection"], true);
    EXPECT_THAT(error("DeleteStack", {{"StackName", "pipe"}}), HasSubstr("TerminationProtection is enabled"));
    // An update that was under way does not undo it.
    provider_.answers_at_once = false;
    ok("UpdateStack", update_to("60"));
    protect(false);
    while (status().ends_with("IN_PROGRESS")) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    provider_.answers_at_once = true;
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(stack()["EnableTerminationProtection"], false);
    protect(true);
    restart();
    EXPECT_EQ(stack()["EnableTerminationProtection"], true);
    EXPECT_THAT(
        error("UpdateTerminationProtection", {{"StackName", "nope"}, {"EnableTerminationProtection", true}}),
        HasSubstr("does not exist"));
}

TEST_F(StackLifeTest, ARequestThatIsSentAgainIsAnsweredAgain) {
    create(kTwo);
    auto update = update_to("60");
    update["ClientRequestToken"] = "u-1";
    ok("UpdateStack", update);
    provider_.calls.clear();
    ok("UpdateStack", update);
    EXPECT_THAT(provider_.calls, testing::IsEmpty());
    auto made = update_to("70");
    made["ChangeSetName"] = "c";
    made["ClientToken"] = "c-1";
    const auto id = ok("CreateChangeSet", made)["Id"];
    EXPECT_EQ(ok("CreateChangeSet", made)["Id"], id);
    made["ClientToken"] = "c-2";
    EXPECT_THAT(error("CreateChangeSet", made), HasSubstr("ChangeSet c already exists"));
    const codec::JsonObject execute{{"ChangeSetName", id}, {"ClientRequestToken", "e-1"}};
    ok("ExecuteChangeSet", execute);
    ok("ExecuteChangeSet", execute);
    EXPECT_THAT(error("ExecuteChangeSet", {{"ChangeSetName", id}}), HasSubstr("cannot be executed"));
}

TEST_F(StackLifeTest, ACreationThatWaitsIsDeletedWhenAsked) {
    constexpr std::string_view kWaits =
        "Resources:\n"
        "  Queue: {Type: AWS::SQS::Queue}\n"
        "  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}\n"
        "  Wait: {Type: AWS::CloudFormation::WaitCondition, DependsOn: Queue, Properties: {Handle: !Ref "
        "Handle, "
        "Timeout: 3600}}\n"
        "  Late: {Type: AWS::SQS::Queue, DependsOn: Wait}\n";
    for (const char* on_failure : {"ROLLBACK", "DO_NOTHING"}) {
        const std::string id = create(kWaits, {{"OnFailure", on_failure}});
        EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
        ok("DeleteStack", {{"StackName", "pipe"}, {"ClientRequestToken", "gone-1"}});
        EXPECT_EQ(status(id), "DELETE_COMPLETE");
        EXPECT_THAT(provider_.existing, testing::IsEmpty());
        EXPECT_THAT(events(id), testing::IsSupersetOf({"Wait CREATE_FAILED: Resource creation cancelled",
                                                       "pipe DELETE_IN_PROGRESS: User Initiated",
                                                       "Queue DELETE_COMPLETE"}));
        EXPECT_THAT(provider_.calls, testing::Not(Contains("create Late")));
    }
    // What has begun comes to its end first; a crash meanwhile leaves a creation that is rolled back.
    provider_.answers_at_once = false;
    auto creating =
        aws::testing::start(*registry_, "CreateStack",
                            codec::to_json(codec::JsonObject{{"StackName", "pipe"}, {"TemplateBody", kTwo}}));
    executor_.run_ready();
    const std::string id(stack()["StackId"].as_string());
    auto deleting = aws::testing::start(*registry_, "DeleteStack",
                                        codec::to_json(codec::JsonObject{{"StackName", "pipe"}}));
    executor_.run_ready();
    EXPECT_FALSE(deleting->has_value()) << "nothing is durable yet";
    auto again = aws::testing::start(*registry_, "DeleteStack",
                                     codec::to_json(codec::JsonObject{{"StackName", "pipe"}}));
    while (status(id).ends_with("IN_PROGRESS")) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    EXPECT_TRUE(deleting->has_value() && again->has_value());
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_THAT(provider_.existing, testing::IsEmpty());
}

TEST_F(StackLifeTest, ATokenBelongsToOneRequest) {
    const auto used = [](std::string_view token) {
        return fmt::format(
            "TokenAlreadyExistsException: The client request token {} has already been used for this stack. "
            "Retry the request with a different client request token",
            token);
    };
    create(kTwo, {{"ClientRequestToken", "t-1"}});
    EXPECT_EQ(
        error("CreateStack", {{"StackName", "pipe"},
                              {"TemplateBody", kTwo},
                              {"ClientRequestToken", "t-1"},
                              {"Tags", codec::JsonArray({codec::JsonObject{{"Key", "k"}, {"Value", "v"}}})}}),
        used("t-1"));
    auto update = update_to("60");
    update["ClientRequestToken"] = "t-1";
    EXPECT_EQ(error("UpdateStack", update), used("t-1"));
    update["ClientRequestToken"] = "t-2";
    ok("UpdateStack", update);
    auto other = update_to("70");
    other["ClientRequestToken"] = "t-2";
    EXPECT_EQ(error("UpdateStack", other), used("t-2"));
    other["ClientRequestToken"] = "t-3";
    ok("UpdateStack", other);
    restart();
    EXPECT_EQ(error("UpdateStack", update), used("t-2")) << "also one before the last";
    ok("UpdateStack", other);
    EXPECT_EQ(error("DeleteStack", {{"StackName", "pipe"}, {"ClientRequestToken", "t-3"}}), used("t-3"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
}

TEST_F(StackLifeTest, AnUpdateCanBeCancelled) {
    create(kTwo);
    EXPECT_EQ(error("CancelUpdateStack", {{"StackName", "pipe"}}),
              "ValidationError: CancelUpdateStack cannot be called from current stack status");
    provider_.answers_at_once = false;
    ok("UpdateStack", update_to("60"));
    EXPECT_THAT(error("DeleteStack", {{"StackName", "pipe"}}),
                HasSubstr("cannot be deleted while in status UPDATE_IN_PROGRESS"));
    ok("CancelUpdateStack", {{"StackName", "pipe"}, {"ClientRequestToken", "stop-1"}});
    EXPECT_THAT(error("CancelUpdateStack", {{"StackName", "pipe"}}), HasSubstr("cannot be called"));
    while (status().ends_with("IN_PROGRESS")) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains("pipe UPDATE_ROLLBACK_IN_PROGRESS: User Initiated "));
    EXPECT_EQ(provider_.existing[physical_id("Queue")]["VisibilityTimeout"], "30");
    EXPECT_THAT(provider_.calls, testing::Not(Contains("update Policy")))
        << "what had not begun never begins";
    const auto shown = ok("DescribeStackEvents", {{"StackName", "pipe"}})["StackEvents"].as_array();
    EXPECT_EQ(shown[0].at("ClientRequestToken"), "stop-1");
}

TEST_F(StackLifeTest, ARollbackThatFailedCanGoOn) {
    create(kTwo);
    provider_.failing = {"update Policy"};
    ok("UpdateStack", update_to("60"));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED");
    ok("ContinueUpdateRollback", {{"StackName", "pipe"}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED") << "still broken";
    EXPECT_THAT(error("ContinueUpdateRollback",
                      {{"StackName", "pipe"}, {"ResourcesToSkip", codec::JsonArray({"Queue"})}}),
                HasSubstr("Only resources in UPDATE_FAILED state can be skipped: Queue is none"));
    ok("ContinueUpdateRollback", {{"StackName", "pipe"}, {"ResourcesToSkip", codec::JsonArray({"Policy"})}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains("Policy UPDATE_COMPLETE"));
    EXPECT_THAT(error("ContinueUpdateRollback", {{"StackName", "pipe"}}),
                HasSubstr("UPDATE_ROLLBACK_COMPLETE"));
    provider_.failing.clear();
    ok("UpdateStack", update_to("60"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
}

TEST_F(StackLifeTest, AnUpdateTellsThatSomethingCouldNotBeDeleted) {
    create(kTwo);
    provider_.failing = {"remove Policy"};
    ok("UpdateStack",
       {{"StackName", "pipe"}, {"TemplateBody", "Resources: {Queue: {Type: AWS::SQS::Queue}}"}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(stack()["StackStatusReason"], "Update successful. One or more resources could not be deleted.");
}

TEST_F(StackLifeTest, ARepairedRollbackGoesOnByItself) {
    create(kTwo);
    provider_.failing = {"update Policy"};
    ok("UpdateStack", update_to("60"));
    provider_.failing.clear();
    restart();
    ok("ContinueUpdateRollback", {{"StackName", "pipe"}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(provider_.existing[physical_id("Queue")]["VisibilityTimeout"], "30");
}

codec::JsonObject with_policy(codec::JsonObject input, const char* member, std::string_view statements) {
    input[member] = "{\"Statement\": [" + std::string(statements) + "]}";
    return input;
}

constexpr std::string_view kAllowAll =
    R"({"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"})";
constexpr std::string_view kProtectQueue =
    R"({"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},)"
    R"({"Effect": "Deny", "Action": ["Update:Modify", "Update:Delete"], "Principal": "*", "Resource": "LogicalResourceId/Qu*"})";

TEST_F(StackLifeTest, APolicyGuardsResources) {
    create(kTwo);
    EXPECT_FALSE(ok("GetStackPolicy", {{"StackName", "pipe"}}).contains("StackPolicyBody"));
    ok("SetStackPolicy", with_policy({{"StackName", "pipe"}}, "StackPolicyBody", kProtectQueue));
    restart();
    EXPECT_EQ(std::string(ok("GetStackPolicy", {{"StackName", "pipe"}})["StackPolicyBody"].as_string()),
              "{\"Statement\": [" + std::string(kProtectQueue) + "]}");
    const std::string denied =
        "ValidationError: Action denied by stack policy: Statement [#2] does not allow [Update:{}] for "
        "resource "
        "[LogicalResourceId/Queue]";
    EXPECT_EQ(error("UpdateStack", update_to("60")), fmt::format(fmt::runtime(denied), "Modify"));
    EXPECT_EQ(error("UpdateStack",
                    {{"StackName", "pipe"}, {"TemplateBody", "Resources: {N: {Type: AWS::SQS::Queue}}"}}),
              fmt::format(fmt::runtime(denied), "Delete"));
    auto change_set = update_to("60");
    change_set["ChangeSetName"] = "c";
    ok("CreateChangeSet", change_set);
    EXPECT_EQ(error("ExecuteChangeSet", {{"StackName", "pipe"}, {"ChangeSetName", "c"}}),
              fmt::format(fmt::runtime(denied), "Modify"));
    ok("UpdateStack", with_policy(update_to("60"), "StackPolicyDuringUpdateBody", kAllowAll));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(error("UpdateStack", update_to("61")), fmt::format(fmt::runtime(denied), "Modify"));
    ok("SetStackPolicy", with_policy({{"StackName", "pipe"}}, "StackPolicyBody",
                                     R"({"Effect": "Allow", "NotAction": "Update:Delete", "Principal": "*",
                                         "NotResource": "LogicalResourceId/Policy",
                                         "Condition": {"StringLike": {"ResourceType": ["AWS::SQS::*"]}}})"));
    EXPECT_EQ(
        error("UpdateStack", update_to("61")),
        "ValidationError: Action denied by stack policy: No statement allows [Update:Modify] for resource "
        "[LogicalResourceId/Policy]");
    ok("UpdateStack", with_policy(with_policy(update_to("61"), "StackPolicyDuringUpdateBody", kAllowAll),
                                  "StackPolicyBody", kAllowAll));
    ok("UpdateStack", update_to("62"));
}

TEST_F(StackLifeTest, APolicyComesWithTheStackAndMustBeOne) {
    codec::JsonObject input{{"StackName", "pipe"}, {"TemplateBody", kTwo}};
    for (
        const char* wrong :
        {"1", R"({"Effect": "Maybe"})", R"({"Effect": "Allow", "Principal": "*", "Resource": "*"})",
         R"({"Effect": "Allow", "Action": "sqs:*", "Principal": "*", "Resource": "*"})",
         R"({"Effect": "Allow", "Action": "Update:*", "Principal": "me", "Resource": "*"})",
         R"({"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*", "Condition": {"Bool": {}}})",
         R"({"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*", "Extra": 1})"}) {
        EXPECT_THAT(error("CreateStack", with_policy(input, "StackPolicyBody", wrong)),
                    HasSubstr("Error validating stack policy"))
            << wrong;
    }
    EXPECT_THAT(error("SetStackPolicy", {{"StackName", "nope"}, {"StackPolicyBody", "{}"}}),
                HasSubstr("does not exist"));
    ok("CreateStack", with_policy(input, "StackPolicyBody", kProtectQueue));
    EXPECT_THAT(error("UpdateStack", update_to("60")), HasSubstr("Statement [#2]"));
    EXPECT_THAT(
        error("SetStackPolicy", {{"StackName", "pipe"}, {"StackPolicyBody", std::string(16'385, ' ')}}),
        HasSubstr("16384"));
}

TEST_F(StackLifeTest, SomeTypesAreKeptAndNothingElse) {
    create(R"(
Resources:
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  CDKMetadata: {Type: AWS::CDK::Metadata, Properties: {Analytics: x, Modules: aws-cdk=1.21.1}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmName: late, ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1, Threshold: 5}
Outputs:
  Arn: {Value: !GetAtt Alarm.Arn}
  Name: {Value: !Ref Alarm}
)");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    const auto outputs = stack()["Outputs"].as_array();
    EXPECT_EQ(outputs[0].at("OutputValue"), "arn:aws:cloudwatch:us-east-1:000000000000:alarm:late");
    EXPECT_EQ(outputs[1].at("OutputValue"), "late");
    EXPECT_THAT(error("CreateStack", {{"StackName", "x"},
                                      {"TemplateBody",
                                       "Resources: {A: {Type: AWS::CloudWatch::Alarm, Properties: {Treshold: "
                                       "1, ComparisonOperator: x, EvaluationPeriods: 1}}}"}}),
                HasSubstr("Did you mean Threshold?"));
    ok("DeleteStack", {{"StackName", "pipe"}});
}

constexpr std::string_view kLoops = R"(
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "A,B"}}
Rules:
  Few:
    Assertions: [{Assert: {"Fn::EachMemberIn": [!Ref Names, [A, B, C]]}, AssertDescription: only A to C}]
Resources:
  Fn::ForEach::Queues:
    - N
    - !Ref Names
    - Q${N}: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${N}-${AWS::StackName}"}}
)";

codec::JsonObject names(std::string_view list) {
    return {{"StackName", "pipe"},
            {"TemplateBody", kLoops},
            {"Capabilities", codec::JsonArray({"CAPABILITY_AUTO_EXPAND"})},
            {"Parameters",
             codec::JsonArray({codec::JsonObject({{"ParameterKey", "Names"}, {"ParameterValue", list}})})}};
}

TEST_F(StackLifeTest, TransformsFollowTheParameters) {
    auto input = names("A,B");
    input.erase("Capabilities");
    EXPECT_THAT(error("CreateStack", input), HasSubstr("Requires capabilities : [CAPABILITY_AUTO_EXPAND]"));
    EXPECT_THAT(error("CreateStack", names("A,D")),
                HasSubstr("Template error: rule Few does not hold: only A to C"));
    ok("CreateStack", names("A,B"));
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_TRUE(provider_.existing.contains("A-pipe"));
    ok("UpdateStack", names("B,C"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_FALSE(provider_.existing.contains("A-pipe"));
    EXPECT_TRUE(provider_.existing.contains("C-pipe"));
    restart();
    const auto body = [&](std::string_view stage) {
        return std::string(
            ok("GetTemplate", {{"StackName", "pipe"}, {"TemplateStage", stage}})["TemplateBody"].as_string());
    };
    EXPECT_EQ(body("Original"), kLoops);
    EXPECT_THAT(body("Processed"), HasSubstr(R"("QC":{"Type":"AWS::SQS::Queue")"));
    const auto valid = ok("ValidateTemplate", {{"TemplateBody", kLoops}});
    EXPECT_EQ(valid.at("DeclaredTransforms").as_array()[0], "AWS::LanguageExtensions");
    EXPECT_EQ(valid.at("Capabilities").as_array()[0], "CAPABILITY_AUTO_EXPAND");
    const auto summary = ok("GetTemplateSummary", {{"TemplateBody", kLoops}});
    EXPECT_EQ(summary.at("ResourceTypes").as_array()[0], "AWS::SQS::Queue");
}

TEST_F(StackLifeTest, DeletedStacksKeepNoMoreThanSoManyEvents) {
    codec::JsonObject resources;
    for (int i = 0; i < 100; ++i)
        resources["Q" + std::to_string(i)] = codec::JsonObject{{"Type", "AWS::SQS::Queue"}};
    const std::string body = codec::to_json(codec::JsonObject{{"Resources", resources}});
    constexpr std::size_t kEventsOfOne =
        504;  // three of each creation, two of each deletion, four of the stack
    constexpr std::size_t kKept = kDeletedEventsMax / kEventsOfOne;
    for (std::size_t i = 0; i < kKept + 2; ++i) {
        create(body);
        ok("DeleteStack", {{"StackName", "pipe"}});
        clock_.advance(Milliseconds(1));
        const auto deleted = ok("ListStacks", {}).at("StackSummaries").as_array();
        EXPECT_EQ(deleted.size(), std::min(i + 1, kKept)) << i;
    }
}

}  // namespace
}  // namespace millrace::cloudformation
