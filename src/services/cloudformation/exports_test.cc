#include <fmt/format.h>
#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string exporter(std::string_view value, std::string_view name = "shared") {
    return fmt::format(
        "Resources: {{Q: {{Type: AWS::SQS::Queue}}}}\n"
        "Outputs: {{O: {{Value: '{}', Export: {{Name: '{}'}}}}}}\n",
        value, name);
}

constexpr std::string_view kImporter =
    "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue shared}}}\n";
constexpr std::string_view kPlain = "Resources: {Q: {Type: AWS::SQS::Queue}}\n";

class ExportsTest : public ServiceFixture {
  protected:
    static codec::JsonObject request(std::string_view stack, std::string_view body = kPlain) {
        return {{"StackName", stack}, {"TemplateBody", body}};
    }
    std::vector<std::string> importers() {
        std::vector<std::string> names;
        for (const auto& name : ok("ListImports", {{"ExportName", "shared"}})["Imports"].as_array())
            names.emplace_back(name.as_string());
        return names;
    }
};

TEST_F(ExportsTest, OneStackUsesWhatAnotherExports) {
    ok("CreateStack", request("net", exporter("one")));
    const auto exports = ok("ListExports", {})["Exports"].as_array();
    ASSERT_EQ(exports.size(), 1U);
    EXPECT_EQ(exports[0].at("Name"), "shared");
    EXPECT_EQ(exports[0].at("Value"), "one");
    EXPECT_EQ(exports[0].at("ExportingStackId"), stack("net")["StackId"]);
    EXPECT_EQ(error("ListImports", {{"ExportName", "shared"}}),
              "ValidationError: Export 'shared' is not imported by any stack.");
    ok("CreateStack", request("app", kImporter));
    EXPECT_TRUE(provider_.existing.contains("one"));
    EXPECT_THAT(importers(), testing::ElementsAre("app"));
    restart();
    EXPECT_THAT(importers(), testing::ElementsAre("app"));
}

TEST_F(ExportsTest, WhatIsInUseNeitherChangesNorGoes) {
    ok("CreateStack", request("net", exporter("one")));
    ok("CreateStack", request("app", kImporter));
    ok("CreateStack", request("bpp",
                              "Resources: {Q: {Type: AWS::SQS::Queue}}\n"
                              "Outputs: {O: {Value: !ImportValue shared}}"));
    ok("DeleteStack", {{"StackName", "net"}});
    const std::string cancelled =
        "Delete canceled. Cannot delete export shared as it is in use by app and bpp.";
    EXPECT_EQ(status("net"), "CREATE_COMPLETE");
    EXPECT_EQ(stack("net")["StackStatusReason"], codec::Json(cancelled));
    auto told = events("net");
    ASSERT_GE(told.size(), 2U);
    EXPECT_EQ(told[told.size() - 2], "net DELETE_IN_PROGRESS: User Initiated");
    EXPECT_EQ(told.back(), "net CREATE_COMPLETE: " + cancelled);
    EXPECT_EQ(provider_.existing.size(), 3U);

    const std::string in_use =
        "net UPDATE_ROLLBACK_IN_PROGRESS: Export shared cannot be {} as it is in use by app and bpp";
    ok("UpdateStack", request("net", exporter("two")));
    EXPECT_THAT(events("net"), testing::Contains(fmt::format(fmt::runtime(in_use), "updated")));
    ok("UpdateStack", request("net"));
    EXPECT_THAT(events("net"), testing::Contains(fmt::format(fmt::runtime(in_use), "deleted")));
    EXPECT_EQ(status("net"), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(ok("ListExports", {})["Exports"].as_array()[0].at("Value"), "one");
    // Nobody uses it any more.
    ok("UpdateStack", request("app"));
    ok("DeleteStack", {{"StackName", "bpp"}});
    ok("UpdateStack", request("net", exporter("two")));
    EXPECT_EQ(ok("ListExports", {})["Exports"].as_array()[0].at("Value"), "two");
    ok("DeleteStack", {{"StackName", "net"}});
    EXPECT_THAT(ok("ListExports", {})["Exports"].as_array(), IsEmpty());
}

TEST_F(ExportsTest, AValueThatOnlyTheUpdateKnowsIsLookedAtThen) {
    const auto body = [](std::string_view name) {
        return fmt::format(
            "Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {}}}}}}}\n"
            "Outputs: {{O: {{Value: !Ref Q, Export: {{Name: shared}}}}}}\n",
            name);
    };
    ok("CreateStack", request("net", body("a")));
    ok("CreateStack", request("app",
                              "Resources: {Q: {Type: AWS::SQS::Queue}}\n"
                              "Outputs: {O: {Value: !ImportValue shared}}"));
    ok("UpdateStack", request("net", body("b")));
    EXPECT_EQ(status("net"), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_THAT(events("net"),
                testing::Contains("net UPDATE_ROLLBACK_IN_PROGRESS: Export shared cannot be updated as "
                                  "it is in use by app"));
    EXPECT_TRUE(provider_.existing.contains("a"));
    EXPECT_FALSE(provider_.existing.contains("b"));
}

TEST_F(ExportsTest, NamesAreUnique) {
    ok("CreateStack", request("net", exporter("one")));
    const std::string taken = "Export with name shared is already exported by stack net";
    ok("CreateStack", request("late", exporter("one")));
    EXPECT_EQ(status("late"), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events("late"),
                testing::Contains("late ROLLBACK_IN_PROGRESS: " + taken + ". Rollback requested by user."));
    ok("CreateStack", request("other", exporter("one", "other")));
    ok("UpdateStack", request("other", exporter("one")));
    EXPECT_THAT(events("other"), testing::Contains("other UPDATE_ROLLBACK_IN_PROGRESS: " + taken));
    EXPECT_EQ(status("other"), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(
        error("CreateStack", request("twice",
                                     "Resources: {Q: {Type: AWS::SQS::Queue}}\n"
                                     "Outputs: {A: {Value: a, Export: {Name: x}}, B: {Value: b, Export: "
                                     "{Name: !Sub x}}}")),
        "ValidationError: Duplicate Export names. More than one output has been assigned: [x]");
    EXPECT_THAT(
        error("CreateStack", request("odd", exporter("one", "a b"))),
        HasSubstr("Exported names must consist only of alphanumeric characters, colons, or hyphens."));
}

TEST_F(ExportsTest, TwoThatTakeANameInTheSameMomentDoNotBothGetIt) {
    provider_.answers_at_once = false;
    auto first =
        aws::testing::start(*registry_, "CreateStack", codec::to_json(request("first", exporter("1"))));
    auto second =
        aws::testing::start(*registry_, "CreateStack", codec::to_json(request("second", exporter("2"))));
    executor_.run_ready();
    while (status("first").ends_with("IN_PROGRESS") || status("second").ends_with("IN_PROGRESS")) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    EXPECT_EQ(status("first"), "CREATE_COMPLETE");
    EXPECT_EQ(status("second"), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events("second"),
                testing::Contains(HasSubstr("Export with name shared is already exported by stack first")));
}

TEST_F(ExportsTest, UsingAnExportHoldsItFromTheMomentItIsAskedFor) {
    ok("CreateStack", request("net", exporter("one")));
    provider_.answers_at_once = false;
    auto creating = aws::testing::start(*registry_, "CreateStack", codec::to_json(request("app", kImporter)));
    // Not even durable yet.
    ok("DeleteStack", {{"StackName", "net"}});
    EXPECT_THAT(events("net"), testing::Contains(HasSubstr("in use by app")));
    provider_.answer_waiting();
    executor_.run_ready();
    EXPECT_EQ(status("app"), "CREATE_COMPLETE");
}

TEST_F(ExportsTest, ARollbackMayNeedWhatTheUpdateDropped) {
    ok("CreateStack", request("net", exporter("one")));
    ok("CreateStack", request("app", kImporter));
    provider_.silent = {"create Q"};
    ok("UpdateStack", request("app"));
    EXPECT_EQ(status("app"), "UPDATE_IN_PROGRESS");
    ok("DeleteStack", {{"StackName", "net"}});
    EXPECT_THAT(events("net"), testing::Contains(HasSubstr("in use by app")));
}

TEST_F(ExportsTest, WhatIsNotThereIsNamed) {
    ok("CreateStack", request("app", kImporter));
    EXPECT_THAT(events("app"), testing::ElementsAre("app CREATE_IN_PROGRESS: User Initiated",
                                                    "app ROLLBACK_IN_PROGRESS: No export named shared found. "
                                                    "Rollback requested by user.",
                                                    "app ROLLBACK_COMPLETE"));
    EXPECT_THAT(provider_.calls, IsEmpty());
    ok("DeleteStack", {{"StackName", "app"}});
    ok("CreateStack", request("net", exporter("one")));
    const std::string itself = exporter("one").replace(0, std::string(kPlain).size(), kImporter);
    ok("UpdateStack", request("net", itself));
    EXPECT_THAT(events("net"),
                testing::Contains("net UPDATE_ROLLBACK_IN_PROGRESS: No export named shared found. "))
        << "a stack does not import from itself";
    EXPECT_EQ(status("net"), "UPDATE_ROLLBACK_COMPLETE");
    provider_.failing = {"remove Q"};
    ok("DeleteStack", {{"StackName", "net"}});
    EXPECT_EQ(status("net"), "DELETE_FAILED");
    ok("CreateStack", request("app", kImporter));
    EXPECT_THAT(importers(), testing::ElementsAre("app"));
}

TEST_F(ExportsTest, WhatARollbackWouldBringBackIsReservedAndWhatItWouldTakeIsHeld) {
    constexpr std::string_view kParent =
        "Parameters: {N: {Type: String}}\n"
        "Resources:\n"
        "  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "
        "https://t.s3.us-east-1.amazonaws.com/child.yaml, Parameters: {N: !Ref N}}}\n"
        "  Late: {Type: AWS::SQS::Queue, DependsOn: Child, Properties: {VisibilityTimeout: !Ref N}}\n";
    objects_.objects["t/child.yaml"] =
        "Parameters: {N: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue, Properties: "
        "{VisibilityTimeout: "
        "!Ref N}}}\nOutputs: {O: {Value: v, Export: {Name: !Sub 'shared${N}'}}}\n";
    const auto with = [&](const char* n) {
        auto input = request("net", kParent);
        input["Parameters"] =
            codec::JsonArray({codec::JsonObject{{"ParameterKey", "N"}, {"ParameterValue", n}}});
        input["DisableRollback"] = true;
        return input;
    };
    ok("CreateStack", with("1"));
    provider_.failing = {"update Late"};
    ok("UpdateStack", with("2"));
    provider_.failing.clear();
    EXPECT_EQ(status("net"), "UPDATE_FAILED");

    ok("CreateStack", request("thief", exporter("w", "shared1")));
    EXPECT_THAT(events("thief"),
                testing::Contains(HasSubstr("Export with name shared1 is already exported")));
    std::string importer(kImporter);
    importer.replace(importer.find("shared"), 6, "shared2");
    ok("CreateStack", request("app", importer));
    EXPECT_EQ(status("app"), "CREATE_COMPLETE");
    ok("RollbackStack", {{"StackName", "net"}});
    EXPECT_EQ(status("net"), "UPDATE_ROLLBACK_FAILED");
    EXPECT_THAT(events("net"), testing::Contains(HasSubstr("cannot be deleted as it is in use by app")));
    ok("DeleteStack", {{"StackName", "app"}});
    ok("ContinueUpdateRollback", {{"StackName", "net"}});
    EXPECT_EQ(status("net"), "UPDATE_ROLLBACK_COMPLETE");
    const auto exports = ok("ListExports", {})["Exports"].as_array();
    ASSERT_EQ(exports.size(), 1U);
    EXPECT_EQ(exports[0].at("Name"), "shared1");
}

TEST_F(ExportsTest, AnExportMayMoveFromOneNestedStackToAnother) {
    constexpr std::string_view kParent =
        "Parameters: {A: {Type: String}, B: {Type: String}}\n"
        "Resources:\n"
        "  First: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "
        "https://t.s3.us-east-1.amazonaws.com/child.yaml, Parameters: {N: !Ref A}}}\n"
        "  Second: {Type: AWS::CloudFormation::Stack, DependsOn: First, Properties: {TemplateURL: "
        "https://t.s3.us-east-1.amazonaws.com/child.yaml, Parameters: {N: !Ref B}}}\n"
        "  Late: {Type: AWS::SQS::Queue, DependsOn: Second, Properties: {QueueName: !Ref A}}\n";
    objects_.objects["t/child.yaml"] =
        "Parameters: {N: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue}}\n"
        "Outputs: {O: {Value: v, Export: {Name: !Ref N}}}\n";
    const auto with = [&](const char* a, const char* b) {
        auto input = request("net", kParent);
        input["Parameters"] =
            codec::JsonArray({codec::JsonObject{{"ParameterKey", "A"}, {"ParameterValue", a}},
                              codec::JsonObject{{"ParameterKey", "B"}, {"ParameterValue", b}}});
        return input;
    };
    const auto names = [&] {
        std::string all;
        for (const auto& each : ok("ListExports", {})["Exports"].as_array())
            all += std::string(each.at("Name").as_string()) + " ";
        return all;
    };
    ok("CreateStack", with("moves", "other"));
    ok("UpdateStack", with("new", "moves"));
    EXPECT_EQ(status("net"), "UPDATE_COMPLETE");
    EXPECT_EQ(names(), "moves new ");
    provider_.failing = {"create Late"};
    ok("UpdateStack", with("moves", "third"));
    provider_.failing.clear();
    if (status("net") == "UPDATE_ROLLBACK_FAILED") ok("ContinueUpdateRollback", {{"StackName", "net"}});
    EXPECT_EQ(status("net"), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(names(), "moves new ");
}

TEST_F(ExportsTest, AnOutputIsReadWithoutBeingExported) {
    constexpr std::string_view kReader =
        "Parameters: {Net: {Type: String, Default: net}}\n"
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Join [-, [a, "
        "{'Fn::GetStackOutput': {StackName: !Ref Net, OutputName: O}}]]}}}\n";
    EXPECT_EQ(
        error("CreateStack", request("app", kReader)),
        "ValidationError: Fn::GetStackOutput: there is no other stack net in region us-east-1 of account "
        "000000000000");
    ok("CreateStack", request("net", "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {P: {Value: one}}"));
    EXPECT_EQ(error("CreateStack", request("app", kReader)),
              "ValidationError: Fn::GetStackOutput: stack net has no output O");
    ok("UpdateStack", request("net", exporter("one")));
    ok("CreateStack", request("app", kReader));
    EXPECT_TRUE(provider_.existing.contains("a-one"));
    // Nothing holds it; the next update reads it anew.
    ok("UpdateStack", request("net", exporter("two")));
    EXPECT_TRUE(provider_.existing.contains("a-one"));
    ok("UpdateStack", request("app", kReader));
    EXPECT_TRUE(provider_.existing.contains("a-two"));
    EXPECT_FALSE(provider_.existing.contains("a-one"));
}

TEST_F(ExportsTest, AnOutputOfAnotherStackMayNameTheExport) {
    ok("CreateStack", request("net", exporter("one")));
    ok("CreateStack",
       request("names", "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {N: {Value: shared}}"));
    ok("CreateStack", request("app",
                              "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue "
                              "{'Fn::GetStackOutput': {StackName: names, OutputName: N}}}}}"));
    EXPECT_TRUE(provider_.existing.contains("one"));
    EXPECT_THAT(importers(), testing::ElementsAre("app"));
}

TEST_F(ExportsTest, AnOutputOfAnotherRegionOrAccountIsNamed) {
    const auto reader = [](std::string_view more) {
        return fmt::format(
            "Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !GetStackOutput {{StackName: "
            "net, "
            "OutputName: O, {}}}}}}}}}",
            more);
    };
    ok("CreateStack", request("net", exporter("one")));
    EXPECT_THAT(error("CreateStack", request("app", reader("Region: eu-west-1"))),
                HasSubstr("no other stack net in region eu-west-1 of account 000000000000"));
    EXPECT_THAT(error("CreateStack", request("app", reader("RoleArn: 'arn:aws:iam::111122223333:role/r'"))),
                HasSubstr("no other stack net in region us-east-1 of account 111122223333"));
    EXPECT_THAT(error("CreateStack", request("app", reader("Export: x"))),
                HasSubstr("every Fn::GetStackOutput object requires StackName and OutputName"));
    EXPECT_THAT(
        error("CreateStack", request("app",
                                     "Resources: {A: {Type: AWS::SQS::Queue}, Q: {Type: AWS::SQS::Queue, "
                                     "Properties: {QueueName: !GetStackOutput {StackName: {Ref: A}, "
                                     "OutputName: O}}}}")),
        HasSubstr("cannot depend on what the deployment makes (at /Resources/Q/Properties/QueueName)"));
    ok("CreateStack",
       request("app", reader("Region: us-east-1, RoleArn: 'arn:aws:iam::000000000000:role/r'")));
    EXPECT_TRUE(provider_.existing.contains("one"));
}

TEST_F(ExportsTest, ListsAreDividedIntoPages) {
    std::string body = "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs:\n";
    for (int i = 0; i <= 100; ++i)
        body += fmt::format("  O{0}: {{Value: v, Export: {{Name: n{0:03}}}}}\n", i);
    ok("CreateStack", request("net", body));
    auto page = ok("ListExports", {});
    EXPECT_EQ(page["Exports"].as_array().size(), 100U);
    auto rest = ok("ListExports", {{"NextToken", page["NextToken"]}})["Exports"].as_array();
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].at("Name"), "n100");
}

}  // namespace
}  // namespace millrace::cloudformation
