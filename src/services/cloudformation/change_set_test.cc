#include <fmt/format.h>
#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

/// The calls that `aws cloudformation deploy` makes.
class ChangeSetTest : public ServiceFixture {
  protected:
    static codec::JsonObject input(std::string_view type, std::string_view name, std::string_view body) {
        return {
            {"StackName", "pipe"}, {"ChangeSetName", name}, {"ChangeSetType", type}, {"TemplateBody", body}};
    }

    codec::JsonObject describe(std::string_view id) {
        return ok("DescribeChangeSet", {{"ChangeSetName", id}});
    }

    static constexpr std::string_view kOne =
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: one}}}";
    static constexpr std::string_view kTwo =
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: two}}}";
};

TEST_F(ChangeSetTest, TheMetadataOfAResourceAloneMayChange) {
    const auto body = [](std::string_view version) {
        return fmt::format("Resources: {{Q: {{Type: AWS::SQS::Queue, Metadata: {{Version: {}}}}}}}", version);
    };
    create(body("1"));
    const std::string id(ok("CreateChangeSet", input("UPDATE", "c", body("2")))["Id"].as_string());
    const auto changes = describe(id)["Changes"].as_array();
    ASSERT_EQ(changes.size(), 1U);
    const auto& change = changes[0].at("ResourceChange");
    EXPECT_EQ(change.at("Action"), "Modify");
    EXPECT_EQ(change.at("Replacement"), "False");
    EXPECT_EQ(codec::to_json(change.at("Scope")), R"(["Metadata"])");
    EXPECT_EQ(codec::to_json(change.at("Details")),
              R"([{"Target":{"Attribute":"Metadata","RequiresRecreation":"Never"},"Evaluation":"Static",)"
              R"("ChangeSource":"DirectModification"}])");
    provider_.calls.clear();
    ok("ExecuteChangeSet", {{"ChangeSetName", id}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_THAT(provider_.calls, testing::IsEmpty()) << "its service does not know of it";
    const auto shown = ok("DescribeStackResource", {{"StackName", "pipe"}, {"LogicalResourceId", "Q"}});
    EXPECT_THAT(codec::to_json(shown), HasSubstr(R"({\"Version\":2})"));
    EXPECT_THAT(error("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("2")}}),
                HasSubstr("No updates are to be performed."));
}

TEST_F(ChangeSetTest, DeploysANewStackAndAnUpdate) {
    auto made = ok("CreateChangeSet", input("CREATE", "first", kOne));
    const std::string id(made["Id"].as_string());
    EXPECT_THAT(id, testing::StartsWith("arn:aws:cloudformation:us-east-1:000000000000:changeSet/first/"));
    EXPECT_EQ(status(), "REVIEW_IN_PROGRESS");
    auto described = describe(id);
    EXPECT_EQ(described["Status"], "CREATE_COMPLETE");
    EXPECT_EQ(described["ExecutionStatus"], "AVAILABLE");
    EXPECT_EQ(described["Changes"].as_array()[0].at("ResourceChange").at("Action"), "Add");
    restart();

    ok("ExecuteChangeSet", {{"ChangeSetName", "first"}, {"StackName", "pipe"}});
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(stack()["ChangeSetId"].as_string(), id);
    EXPECT_EQ(describe(id)["ExecutionStatus"], "EXECUTE_COMPLETE");
    EXPECT_THAT(error("ExecuteChangeSet", {{"ChangeSetName", id}}), HasSubstr("InvalidChangeSetStatus"));

    const std::string second(ok("CreateChangeSet", input("UPDATE", "second", kTwo))["Id"].as_string());
    described = describe(second);
    const auto& change = described["Changes"].as_array()[0].at("ResourceChange");
    EXPECT_EQ(change.at("Action"), "Modify");
    EXPECT_EQ(change.at("Replacement"), "True");
    EXPECT_EQ(change.at("PhysicalResourceId"), "one");
    EXPECT_EQ(change.at("Details").as_array()[0].at("Target").at("Name"), "QueueName");
    EXPECT_EQ(
        ok("GetTemplate", {{"StackName", "pipe"}, {"ChangeSetName", "second"}})["TemplateBody"].as_string(),
        kTwo);
    EXPECT_EQ(ok("ListChangeSets", {{"StackName", "pipe"}})["Summaries"].as_array().size(), 2U);
    ok("ExecuteChangeSet", {{"ChangeSetName", second}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(physical_id("Q"), "two");
}

TEST_F(ChangeSetTest, SaysThatNothingChanges) {
    create(kOne);
    const std::string id(ok("CreateChangeSet", input("UPDATE", "same", kOne))["Id"].as_string());
    auto described = describe(id);
    EXPECT_EQ(described["Status"], "FAILED");
    EXPECT_EQ(described["ExecutionStatus"], "UNAVAILABLE");
    EXPECT_EQ(described["StatusReason"],
              "The submitted information didn't contain changes. Submit different information to create a "
              "change set.");
    EXPECT_THAT(error("ExecuteChangeSet", {{"ChangeSetName", id}}), HasSubstr("current status of [FAILED]"));
    ok("DeleteChangeSet", {{"ChangeSetName", id}});
    EXPECT_EQ(ok("ListChangeSets", {{"StackName", "pipe"}})["Summaries"].as_array().size(), 0U);
}

TEST_F(ChangeSetTest, RefusesWhatDoesNotFit) {
    EXPECT_EQ(error("CreateChangeSet", input("UPDATE", "c", kOne)),
              "ValidationError: Stack [pipe] does not exist");
    ok("CreateChangeSet", input("CREATE", "c", kOne));
    EXPECT_THAT(error("CreateChangeSet", input("CREATE", "c", kOne)), HasSubstr("AlreadyExistsException"));
    EXPECT_THAT(error("CreateChangeSet", input("UPDATE", "d", kOne)),
                HasSubstr("is in REVIEW_IN_PROGRESS state"));
    EXPECT_THAT(error("DescribeChangeSet", {{"ChangeSetName", "x"}, {"StackName", "pipe"}}),
                HasSubstr("ChangeSet [x] does not exist"));
    EXPECT_THAT(error("DescribeChangeSet", {{"ChangeSetName", "x"}}),
                HasSubstr("StackName must be specified"));
    EXPECT_THAT(error("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", kOne}}),
                HasSubstr("can not be updated"));
    EXPECT_EQ(error("GetTemplate", {{"ChangeSetName", "c"}}),
              "ValidationError: StackName is a required parameter.");
    EXPECT_EQ(error("GetTemplateSummary", {{"StackName", "pipe"}}),
              "ValidationError: GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.");
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(error("DescribeStacks", {{"StackName", "pipe"}}), HasSubstr("does not exist"));
}

TEST_F(ChangeSetTest, ShowsTagsAsTagsAndNotAsAProperty) {
    create(kOne);
    auto request = input("UPDATE", "tags", kOne);
    request["Tags"] = codec::JsonArray({codec::JsonObject{{"Key", "stage"}, {"Value", "test"}}});
    const std::string id(ok("CreateChangeSet", request)["Id"].as_string());
    const auto described = describe(id);
    const auto& change = described.at("Changes").as_array()[0].at("ResourceChange");
    EXPECT_EQ(codec::to_json(change.at("Scope")), R"(["Tags"])");
    const auto& target = change.at("Details").as_array()[0].at("Target");
    EXPECT_EQ(target.at("Attribute"), "Tags");
    EXPECT_EQ(target.as_object().if_contains("Name"), nullptr);
    EXPECT_EQ(target.at("RequiresRecreation"), "Never");
}

TEST_F(ChangeSetTest, TellsWhatCausesAChange) {
    constexpr std::string_view kBody = R"(
Parameters: {Name: {Type: String, NoEcho: true}, Same: {Type: String, Default: s}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Name}-${Same}"}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [!Ref Queue], PolicyDocument: {Resource: !GetAtt Queue.Arn}}
  Other: {Type: AWS::SQS::Queue, Properties: {QueueName: fixed, VisibilityTimeout: TIMEOUT}}
)";
    const auto body = [&](std::string_view timeout) {
        std::string text(kBody);
        return text.replace(text.find("TIMEOUT"), 7, timeout);
    };
    const auto named = [](std::string_view name) {
        return codec::JsonArray({codec::JsonObject({{"ParameterKey", "Name"}, {"ParameterValue", name}})});
    };
    create(body("30"), {{"Parameters", named("secretone")}});
    auto request = input("UPDATE", "c", body("60"));
    request["Parameters"] = named("secrettwo");
    const std::string id(ok("CreateChangeSet", request)["Id"].as_string());
    restart();
    const auto shown = ok("DescribeChangeSet", {{"ChangeSetName", id}, {"IncludePropertyValues", true}});
    std::map<std::string, codec::Json> changes;
    for (const auto& change : shown.at("Changes").as_array()) {
        const auto& resource = change.at("ResourceChange");
        changes.emplace(resource.at("LogicalResourceId").as_string(), resource);
    }
    ASSERT_EQ(changes.size(), 3U);
    const auto causes = [&](const char* logical_id) {
        std::string text(changes.at(logical_id).at("Replacement").as_string());
        for (const auto& detail : changes.at(logical_id).at("Details").as_array()) {
            text += fmt::format(" | {} {} {}", std::string_view(detail.at("Target").at("Name").as_string()),
                                std::string_view(detail.at("Evaluation").as_string()),
                                std::string_view(detail.at("ChangeSource").as_string()));
            if (const auto* entity = detail.as_object().if_contains("CausingEntity"))
                text += " " + std::string(entity->as_string());
        }
        return text;
    };
    EXPECT_EQ(causes("Queue"),
              "True | QueueName Static ParameterReference Name | QueueName Dynamic DirectModification");
    EXPECT_EQ(
        causes("Policy"),
        "False | PolicyDocument Static ResourceAttribute Queue.Arn | Queues Static ResourceReference Queue");
    EXPECT_EQ(causes("Other"), "False | VisibilityTimeout Static DirectModification");
    const auto& target = changes.at("Other").at("Details").as_array()[0].at("Target");
    EXPECT_EQ(
        codec::to_json(target),
        R"({"Attribute":"Properties","Name":"VisibilityTimeout","RequiresRecreation":"Never",)"
        R"("Path":"/Properties/VisibilityTimeout","BeforeValue":"30","AfterValue":"60","AttributeChangeType":"Modify"})");
    EXPECT_EQ(changes.at("Other").at("BeforeContext"),
              R"({"Properties":{"QueueName":"fixed","VisibilityTimeout":30}})");
    EXPECT_EQ(changes.at("Other").at("AfterContext"),
              R"({"Properties":{"QueueName":"fixed","VisibilityTimeout":60}})");
    EXPECT_EQ(changes.at("Queue").at("BeforeContext"), R"({"Properties":{"QueueName":"****-s"}})");
    EXPECT_EQ(changes.at("Queue").at("AfterContext"), R"({"Properties":{"QueueName":"****-s"}})");
    EXPECT_EQ(changes.at("Policy").at("AfterContext"),
              R"({"Properties":{"Queues":["{{changeSet:KNOWN_AFTER_APPLY}}"],"PolicyDocument":{"Resource":)"
              R"("{{changeSet:KNOWN_AFTER_APPLY}}"}}})");
    const auto plain = ok("DescribeChangeSet", {{"ChangeSetName", id}});
    EXPECT_FALSE(plain.at("Changes").as_array()[0].at("ResourceChange").as_object().contains("AfterContext"));
}

TEST_F(ChangeSetTest, WhatReadsAnAttributeOfAChangedResourceMayChange) {
    const auto stack = [](int timeout) {
        return fmt::format(R"({{"Resources":{{
            "Queue":{{"Type":"AWS::SQS::Queue","Properties":{{"QueueName":"q","VisibilityTimeout":{}}}}},
            "ByArn":{{"Type":"AWS::SQS::Queue","Properties":{{"QueueName":{{"Fn::GetAtt":["Queue","Arn"]}}}}}},
            "ByName":{{"Type":"AWS::SQS::Queue","Properties":{{"QueueName":{{"Fn::Sub":"${{Queue}}-2"}}}}}},
            "Chained":{{"Type":"AWS::SQS::Queue","Properties":{{"VisibilityTimeout":5,"QueueName":{{"Fn::GetAtt":["ByArn","Arn"]}}}}}}
            }}}})",
                           timeout);
    };
    create(stack(30));
    ASSERT_EQ(status(), "CREATE_COMPLETE");
    const std::string id(ok("CreateChangeSet", input("UPDATE", "first", stack(60)))["Id"].as_string());
    restart();
    const auto shown = ok("DescribeChangeSet", {{"ChangeSetName", id}, {"IncludePropertyValues", true}});
    std::vector<std::string> changes;
    for (const auto& change : shown.at("Changes").as_array()) {
        const auto& resource = change.at("ResourceChange");
        std::string text =
            fmt::format("{} {}", std::string_view(resource.at("LogicalResourceId").as_string()),
                        std::string_view(resource.at("Replacement").as_string()));
        for (const auto& detail : resource.at("Details").as_array()) {
            text += fmt::format(" {} {} {}", std::string_view(detail.at("Evaluation").as_string()),
                                std::string_view(detail.at("ChangeSource").as_string()),
                                std::string_view(detail.at("Target").at("AfterValue").as_string()));
        }
        changes.push_back(std::move(text));
    }
    EXPECT_THAT(changes,
                testing::UnorderedElementsAre(
                    "Queue False Static DirectModification 60",
                    "ByArn Conditional Dynamic ResourceAttribute {{changeSet:KNOWN_AFTER_APPLY}}",
                    "Chained Conditional Dynamic ResourceAttribute {{changeSet:KNOWN_AFTER_APPLY}}"));
    const auto asked = provider_.calls.size();
    ok("ExecuteChangeSet", {{"ChangeSetName", id}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(provider_.calls.size(), asked + 1) << "only the queue has changed";
}

TEST_F(ChangeSetTest, AStackInReviewCanBeCreatedAnotherWay) {
    const auto made = ok("CreateChangeSet", input("CREATE", "first", kOne));
    EXPECT_EQ(create(kTwo), made.at("StackId").as_string());
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(physical_id("Q"), "two");
    EXPECT_EQ(describe(made.at("Id").as_string())["ExecutionStatus"], "OBSOLETE");
    EXPECT_THAT(error("ExecuteChangeSet", {{"ChangeSetName", made.at("Id")}}),
                HasSubstr("cannot be executed in its current status of [OBSOLETE]"));
}

TEST_F(ChangeSetTest, RollsAFailedExecutionBack) {
    provider_.failing = {"create Q"};
    auto made = ok("CreateChangeSet", input("CREATE", "first", kOne));
    ok("ExecuteChangeSet", {{"ChangeSetName", made["Id"]}});
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_EQ(describe(made["Id"].as_string())["ExecutionStatus"], "EXECUTE_FAILED");
}

}  // namespace
}  // namespace millrace::cloudformation
