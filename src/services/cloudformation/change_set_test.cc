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
    EXPECT_THAT(error("DescribeChangeSet",
                      {{"ChangeSetName", "c"}, {"StackName", "pipe"}, {"IncludePropertyValues", true}}),
                HasSubstr("IncludePropertyValues is not offered"));
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
