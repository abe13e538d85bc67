#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"
#include "services/cloudformation/template/test_types.h"

namespace millrace::cloudformation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr std::string_view kTwo = R"(
Parameters:
  Timeout: {Type: Number, Default: 30}
  Name: {Type: String, Default: one}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Ref Name, VisibilityTimeout: !Ref Timeout}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [!Ref Queue], PolicyDocument: {Version: 2012-10-17}}
Outputs:
  Url: {Value: !Ref Queue}
)";

codec::JsonObject parameter(std::string_view key, std::string_view value) {
    return {{"ParameterKey", key}, {"ParameterValue", value}};
}

codec::JsonObject update_input(codec::JsonArray parameters, std::string_view body = kTwo) {
    return {{"StackName", "pipe"}, {"TemplateBody", body}, {"Parameters", std::move(parameters)}};
}

using ServiceTest = ServiceFixture;

TEST_F(ServiceTest, CreatesThePipeline) {
    const std::string id =
        create(kPipelineYaml,
               {{"Tags", codec::JsonArray({codec::JsonObject({{"Key", "team"}, {"Value", "mill"}})})}});
    EXPECT_THAT(id, MatchesRegex("arn:aws:cloudformation:us-east-1:000000000000:stack/pipe/[-0-9a-f]+"));
    auto described = stack();
    EXPECT_EQ(described["StackStatus"], "CREATE_COMPLETE");
    EXPECT_EQ(described["StackId"].as_string(), id);
    EXPECT_EQ(described["Outputs"].as_array()[0].as_object()["OutputValue"], "pipe-dev-messages");
    EXPECT_EQ(described["Outputs"].as_array()[0].as_object()["ExportName"], "pipe:QueueUrl");
    EXPECT_EQ(described["Tags"].as_array().size(), 1U);
    EXPECT_EQ(provider_.existing.size(), 7U);
    EXPECT_THAT(physical_id("Events"), MatchesRegex("pipe-Events-[A-Z0-9]+"));
    EXPECT_EQ(physical_id("Events").size(), std::string("pipe-Events-").size() + 12);
    EXPECT_EQ(ok("GetTemplate", {{"StackName", "pipe"}})["TemplateBody"].as_string(), kPipelineYaml);
    EXPECT_EQ(ok("ListStackResources", {{"StackName", "pipe"}})["StackResourceSummaries"].as_array().size(),
              7U);
}

TEST_F(ServiceTest, TellsItsStepsInAwsOrder) {
    create("Resources: {Q: {Type: AWS::SQS::Queue}}", {{"ClientRequestToken", "t-1"}});
    EXPECT_THAT(events(), ElementsAre("pipe CREATE_IN_PROGRESS: User Initiated", "Q CREATE_IN_PROGRESS",
                                      "Q CREATE_IN_PROGRESS: Resource creation Initiated",
                                      "Q CREATE_COMPLETE", "pipe CREATE_COMPLETE"));
}

TEST_F(ServiceTest, WorksWithServicesThatTakeTheirTime) {
    provider_.answers_at_once = false;
    create(kPipelineYaml);
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    // What is free begins together.
    EXPECT_EQ(provider_.calls.size(), 4U);
    EXPECT_THAT(error("UpdateStack", update_input(codec::JsonArray())),
                HasSubstr("is in CREATE_IN_PROGRESS state and can not be updated."));
    for (int i = 0; i < 10; ++i) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    EXPECT_EQ(status(), "CREATE_COMPLETE");
}

TEST_F(ServiceTest, RefusesWhatAwsRefuses) {
    create(kTwo);
    EXPECT_EQ(error("CreateStack", {{"StackName", "pipe"}, {"TemplateBody", kTwo}}),
              "AlreadyExistsException: Stack [pipe] already exists");
    EXPECT_EQ(error("DescribeStacks", {{"StackName", "nope"}}),
              "ValidationError: Stack with id nope does not exist");
    EXPECT_EQ(error("CreateStack", {{"StackName", "iam"}, {"TemplateBody", kPipelineYaml}}),
              "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]");
    EXPECT_THAT(error("CreateStack", {{"StackName", "a_b"}, {"TemplateBody", kTwo}}),
                HasSubstr("Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"));
    EXPECT_THAT(error("CreateStack", {{"StackName", "x"}}), HasSubstr("Template Body must be specified"));
    EXPECT_THAT(error("CreateStack", {{"StackName", "x"}, {"TemplateURL", "https://s3/x"}}),
                HasSubstr("TemplateURL must be a supported URL."));
    EXPECT_EQ(error("UpdateStack", update_input(codec::JsonArray())),
              "ValidationError: No updates are to be performed.");
    EXPECT_EQ(error("UpdateStack", update_input(codec::JsonArray({parameter("Nope", "1")}))),
              "ValidationError: Parameters: [Nope] do not exist in the template");
    EXPECT_EQ(error("DeleteStack", {{"StackName", "nope"}}), "200");
    EXPECT_THAT(error("ValidateTemplate", {{"TemplateBody", "Resources: {X: {Type: Nope}}"}}),
                HasSubstr("Unrecognized resource types: [Nope]"));
    EXPECT_EQ(error("DescribeStackResource", {{"StackName", "pipe"}, {"LogicalResourceId", "Nope"}}),
              "ValidationError: Resource Nope does not exist for stack pipe");
    EXPECT_EQ(error("ListStacks", {{"NextToken", "x"}}), "ValidationError: NextToken is not valid.");
}

TEST_F(ServiceTest, RefusesWhatItCannotHonour) {
    const auto refusal = [&](codec::JsonObject more) {
        more["StackName"] = "x";
        more["TemplateBody"] = kTwo;
        return error("CreateStack", more);
    };
    EXPECT_EQ(refusal({{"NotificationARNs", codec::JsonArray({"arn:aws:sns:us-east-1:000000000000:t"})}}),
              "ValidationError: NotificationARNs is not offered by Millrace.");
    const auto monitoring = [&](int minutes) {
        return refusal({{"RollbackConfiguration", codec::JsonObject{{"MonitoringTimeInMinutes", minutes}}}});
    };
    EXPECT_EQ(monitoring(1), "ValidationError: MonitoringTimeInMinutes is not offered by Millrace.");
    EXPECT_EQ(monitoring(0), "200");
}

TEST_F(ServiceTest, TakesBodiesUpToTheLimit) {
    std::string body = "Resources: {Q: {Type: AWS::SQS::Queue}} #";
    body.resize(kTemplateBodyBytesMax, 'x');
    EXPECT_EQ(error("ValidateTemplate", {{"TemplateBody", body}}), "200");
    EXPECT_THAT(error("ValidateTemplate", {{"TemplateBody", body + "x"}}),
                HasSubstr("length less than or equal to 51200"));
}

TEST_F(ServiceTest, RollsAFailedCreationBack) {
    provider_.failing = {"create Policy"};
    create(kTwo);
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());
    EXPECT_THAT(
        events(),
        ElementsAre(
            "pipe CREATE_IN_PROGRESS: User Initiated", "Queue CREATE_IN_PROGRESS",
            "Queue CREATE_IN_PROGRESS: Resource creation Initiated", "Queue CREATE_COMPLETE",
            "Policy CREATE_IN_PROGRESS",
            "Policy CREATE_FAILED: Resource handler returned message: \"no more of these\" "
            "(HandlerErrorCode: ServiceLimitExceeded)",
            "pipe ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Policy]. Rollback "
            "requested by user.",
            "Policy DELETE_COMPLETE", "Queue DELETE_IN_PROGRESS", "Queue DELETE_COMPLETE",
            "pipe ROLLBACK_COMPLETE"));
    EXPECT_THAT(error("UpdateStack", update_input(codec::JsonArray())),
                HasSubstr("is in ROLLBACK_COMPLETE state and can not be updated"));
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(error("DescribeStacks", {{"StackName", "pipe"}}), HasSubstr("does not exist"));
}

TEST_F(ServiceTest, CancelsWhatStandsBesideAFailure) {
    provider_.answers_at_once = false;
    provider_.failing = {"create A"};
    create("Resources: {A: {Type: AWS::SQS::Queue}, B: {Type: AWS::SQS::Queue}}");
    for (int i = 0; i < 10; ++i) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), testing::Contains("B CREATE_FAILED: Resource creation cancelled"));
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(ServiceTest, HonoursOnFailure) {
    provider_.failing = {"create Policy"};
    create(kTwo, {{"OnFailure", "DO_NOTHING"}});
    EXPECT_EQ(status(), "CREATE_FAILED");
    EXPECT_EQ(provider_.existing.size(), 1U);
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(provider_.existing, IsEmpty());

    const std::string id = create(kTwo, {{"OnFailure", "DELETE"}});
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_THAT(error("CreateStack", {{"StackName", "both"},
                                      {"TemplateBody", kTwo},
                                      {"OnFailure", "DELETE"},
                                      {"DisableRollback", true}}),
                HasSubstr("not both"));
}

TEST_F(ServiceTest, GivesUpACreationThatTakesTooLong) {
    provider_.answers_at_once = false;
    create(kTwo, {{"TimeoutInMinutes", 1}});
    executor_.advance(Seconds(61));
    provider_.answer_waiting();
    executor_.run_ready();
    provider_.answer_waiting();
    executor_.run_ready();
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), testing::Contains(HasSubstr("exceeded the specified timeout")));
}

TEST_F(ServiceTest, UpdatesInPlace) {
    create(kTwo);
    const std::string queue = physical_id("Queue");
    provider_.calls.clear();
    clock_.advance(Seconds(5));
    ok("UpdateStack", update_input(codec::JsonArray({parameter("Timeout", "60")})));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_THAT(provider_.calls, ElementsAre("update Queue"));
    EXPECT_EQ(physical_id("Queue"), queue);
    EXPECT_EQ(provider_.existing["one"]["VisibilityTimeout"], "60");
    auto described = stack();
    EXPECT_TRUE(described.contains("LastUpdatedTime"));
    // The previous value and the previous template.
    ok("UpdateStack",
       {{"StackName", "pipe"},
        {"UsePreviousTemplate", true},
        {"Parameters",
         codec::JsonArray({codec::JsonObject({{"ParameterKey", "Timeout"}, {"UsePreviousValue", true}}),
                           parameter("Name", "two")})}});
    EXPECT_EQ(provider_.existing["two"]["VisibilityTimeout"], "60");
}

TEST_F(ServiceTest, ReplacesAndCleansUp) {
    create(kTwo);
    provider_.calls.clear();
    ok("UpdateStack", update_input(codec::JsonArray({parameter("Name", "two")})));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_THAT(provider_.calls, ElementsAre("create Queue", "update Policy", "remove Queue"));
    EXPECT_EQ(physical_id("Queue"), "two");
    EXPECT_FALSE(provider_.existing.contains("one"));
    EXPECT_EQ(stack()["Outputs"].as_array()[0].as_object()["OutputValue"], "two");
    const auto told = events();
    EXPECT_THAT(std::vector(told.end() - 5, told.end()),
                ElementsAre(StartsWith("Policy UPDATE_COMPLETE"), "pipe UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                            "Queue DELETE_IN_PROGRESS", "Queue DELETE_COMPLETE", "pipe UPDATE_COMPLETE"));
}

TEST_F(ServiceTest, RemovesWhatTheTemplateDrops) {
    create(kTwo);
    ok("UpdateStack", {{"StackName", "pipe"},
                       {"TemplateBody",
                        "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: one, "
                        "VisibilityTimeout: 30}}}"}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(provider_.existing.size(), 1U);
    EXPECT_EQ(ok("ListStackResources", {{"StackName", "pipe"}})["StackResourceSummaries"].as_array().size(),
              1U);
}

TEST_F(ServiceTest, TakesAFailedUpdateBack) {
    create(kTwo);
    const auto before = provider_.existing;
    provider_.failing = {"update Policy"};
    provider_.calls.clear();
    ok("UpdateStack", update_input(codec::JsonArray({parameter("Name", "two"), parameter("Timeout", "60")})));
    // The policy cannot be put back either.
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED");
    provider_.failing.clear();
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(provider_.existing, IsEmpty());

    create(kTwo);
    provider_.failing = {"create Extra"};
    ok("UpdateStack",
       update_input(codec::JsonArray({parameter("Name", "two")}), std::string(kTwo) + "# x\n"));
    provider_.failing = {"create Extra"};
    const std::string extra = std::string(kTwo).replace(
        kTwo.find("Outputs"), 0, "  Extra: {Type: AWS::SQS::Queue, DependsOn: Policy}\n");
    ok("UpdateStack",
       update_input(codec::JsonArray({parameter("Name", "three"), parameter("Timeout", "60")}), extra));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(physical_id("Queue"), "two");
    EXPECT_TRUE(provider_.existing.contains("two"));
    EXPECT_FALSE(provider_.existing.contains("three"));
    EXPECT_EQ(provider_.existing.size(), 2U);
    EXPECT_THAT(events(),
                testing::Contains("pipe UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to "
                                  "create: [Extra]. "));
    // Parameters are the old ones again, and the stack can be updated.
    for (const auto& shown : stack()["Parameters"].as_array()) {
        if (shown.at("ParameterKey") == "Name") {
            EXPECT_EQ(shown.at("ParameterValue"), "two");
        }
    }
    provider_.failing.clear();
    ok("UpdateStack", update_input(codec::JsonArray({parameter("Name", "three")}), extra));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
}

TEST_F(ServiceTest, KeepsAFailedUpdateWhenAsked) {
    create(kTwo);
    provider_.failing = {"update Queue"};
    auto input = update_input(codec::JsonArray({parameter("Timeout", "60")}));
    input["DisableRollback"] = true;
    ok("UpdateStack", input);
    EXPECT_EQ(status(), "UPDATE_FAILED");
    provider_.failing.clear();
    ok("UpdateStack", update_input(codec::JsonArray({parameter("Timeout", "60")})));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(provider_.existing["one"]["VisibilityTimeout"], "60");
}

TEST_F(ServiceTest, RefusesToReplaceUnderTheSameName) {
    const auto body = [](const char* fifo) {
        return std::string(
                   "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: one, FifoQueue: ") +
               fifo + "}}}";
    };
    create(body("false"));
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("true")}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_TRUE(provider_.existing.contains("one"));
    EXPECT_THAT(events(), testing::Contains(HasSubstr("Rename one and update the stack again.")));
}

TEST_F(ServiceTest, ResourcesGetTheTagsOfTheirStack) {
    const auto tags = [](std::string_view key, std::string_view value) {
        return codec::JsonArray({codec::JsonObject{{"Key", key}, {"Value", value}}});
    };
    constexpr std::string_view kTagged = R"(
Resources:
  Own: {Type: AWS::SQS::Queue, Properties: {QueueName: own, Tags: [{Key: stage, Value: mine}]}}
  Plain: {Type: AWS::SQS::Queue, Properties: {QueueName: plain}}
  Stream: {Type: AWS::Kinesis::Stream}
)";
    create(kTagged, {{"Tags", tags("stage", "test")}});
    EXPECT_EQ(codec::to_json(provider_.existing["own"]["Tags"]), R"([{"Key":"stage","Value":"mine"}])");
    EXPECT_EQ(codec::to_json(provider_.existing["plain"]["Tags"]), R"([{"Key":"stage","Value":"test"}])");
    EXPECT_FALSE(provider_.existing[physical_id("Stream")].contains("Tags")) << "its type takes none here";

    provider_.calls.clear();
    auto update = update_input({}, kTagged);
    update["Tags"] = tags("stage", "live");
    ok("UpdateStack", update);
    EXPECT_THAT(provider_.calls, ElementsAre("update Plain"));
    EXPECT_EQ(codec::to_json(provider_.existing["plain"]["Tags"]), R"([{"Key":"stage","Value":"live"}])");
}

TEST_F(ServiceTest, HidesSecrets) {
    create(
        "Parameters: {Secret: {Type: String, NoEcho: true}}\nResources: {Q: {Type: AWS::SQS::Queue, "
        "Properties: "
        "{QueueName: !Ref Secret}}}",
        {{"Parameters", codec::JsonArray({parameter("Secret", "hush-hush")})}});
    EXPECT_EQ(stack()["Parameters"].as_array()[0].at("ParameterValue"), "****");
    for (const auto& event : ok("DescribeStackEvents", {{"StackName", "pipe"}})["StackEvents"].as_array()) {
        const auto* shown = event.as_object().if_contains("ResourceProperties");
        if (shown != nullptr) {
            EXPECT_THAT(std::string(shown->as_string()), Not(HasSubstr("hush-hush")));
        }
    }
}

TEST_F(ServiceTest, PagesItsLists) {
    std::string body = "Resources:\n";
    for (int i = 0; i < 150; ++i) body += "  Q" + std::to_string(i) + ": {Type: AWS::SQS::Queue}\n";
    create(body);
    auto first = ok("ListStackResources", {{"StackName", "pipe"}});
    ASSERT_EQ(first["StackResourceSummaries"].as_array().size(), 100U);
    auto second = ok("ListStackResources", {{"StackName", "pipe"}, {"NextToken", first["NextToken"]}});
    EXPECT_EQ(second["StackResourceSummaries"].as_array().size(), 50U);
    EXPECT_FALSE(second.contains("NextToken"));
}

TEST_F(ServiceTest, ScopesDoNotMeet) {
    create(kTwo);
    aws::RequestContext other = aws::testing::test_context();
    other.scope.region = "eu-west-1";
    auto answer = aws::testing::call(*registry_, "DescribeStacks", R"({"StackName": "pipe"})", other);
    EXPECT_EQ(answer.status, 400);
}

TEST_F(ServiceTest, SummarisesTemplates) {
    auto summary = ok("GetTemplateSummary", {{"TemplateBody", kPipelineYaml}});
    EXPECT_EQ(summary["Parameters"].as_array().size(), 2U);
    EXPECT_EQ(summary["Capabilities"].as_array()[0], "CAPABILITY_IAM");
    EXPECT_EQ(summary["ResourceTypes"].as_array().size(), 6U);
    EXPECT_EQ(summary["Version"], "2010-09-09");
}

TEST_F(ServiceTest, ResetForgetsEverything) {
    provider_.answers_at_once = false;
    create(kTwo);
    service_->reset();
    provider_.answer_waiting();
    executor_.run_ready();
    EXPECT_THAT(error("DescribeStacks", {{"StackName", "pipe"}}), HasSubstr("does not exist"));
}

}  // namespace
}  // namespace millrace::cloudformation
