#include <gmock/gmock.h>

#include "services/cloudformation/callbacks/custom_response.h"
#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kFunction = "arn:aws:lambda:us-east-1:000000000000:function:maker";

/// A custom resource, a queue that needs it, and an output that shows what it answered.
std::string body(const std::string& size, const std::string& more = "") {
    return R"(
Resources:
  Made:
    Type: Custom::Thing
    Properties: {ServiceToken: ")" +
           std::string(kFunction) + R"(", Size: )" + size + R"(, List: [true, 2, "x"]}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !GetAtt Made.Name}
)" + more + R"(
Outputs:
  Name: {Value: !GetAtt Made.Name}
  Id: {Value: !Ref Made}
)";
}

class CustomResourceTest : public ServiceFixture {
  protected:
    boost::json::object& last() { return functions_.events.back().payload; }
    std::string text(const char* member) { return std::string(last().at(member).as_string()); }

    /// Answers the newest request.
    std::string answer(std::string_view status, const std::string& physical_id, codec::JsonObject more = {}) {
        return answer_to(last(), status, physical_id, std::move(more));
    }
    std::string answer_to(const boost::json::object& event, std::string_view status,
                          const std::string& physical_id, codec::JsonObject more = {}) {
        codec::JsonObject response = std::move(more);
        response["Status"] = status;
        if (!physical_id.empty()) response["PhysicalResourceId"] = physical_id;
        for (const char* same : {"StackId", "RequestId", "LogicalResourceId"})
            response[same] = event.at(same);
        return put(event.at("ResponseURL").as_string(), codec::to_json(response));
    }
    void make(const std::string& size = "1") {
        create(body(size));
        answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    }
    void update(const std::string& template_body) {
        ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", template_body}});
    }
};

TEST_F(CustomResourceTest, AFailureMayComeBeforeItsBeginningIsWritten) {
    provider_.answers_at_once = false;
    provider_.failing = {"create Second"};
    create(R"(
Resources:
  First: {Type: AWS::SQS::Queue}
  Second: {Type: AWS::SQS::Queue}
  Made:
    Type: Custom::Thing
    DependsOn: First
    Properties: {ServiceToken: ")" +
           std::string(kFunction) + R"("}
)");
    // Both answers come in one go: First's lets Made begin, and Second's ends it.
    provider_.answer_waiting();
    for (int i = 0; i < 10; ++i) {
        executor_.run_ready();
        provider_.answer_waiting();
    }
    ASSERT_EQ(functions_.events.size(), 1U) << "it was not asked to be made";
    EXPECT_EQ(text("RequestType"), "Delete");
    answer("SUCCESS", text("PhysicalResourceId"));
    for (int i = 0; i < 10; ++i) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains("Made CREATE_FAILED: Resource creation cancelled"));
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(CustomResourceTest, AFunctionMakesIt) {
    const std::string id = create(body("12"));
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    ASSERT_EQ(functions_.events.size(), 1U);
    EXPECT_EQ(functions_.events[0].function_arn, kFunction);
    EXPECT_EQ(text("RequestType"), "Create");
    EXPECT_EQ(text("StackId"), id);
    EXPECT_EQ(text("LogicalResourceId"), "Made");
    EXPECT_EQ(text("ResourceType"), "Custom::Thing");
    EXPECT_FALSE(last().contains("PhysicalResourceId"));
    const auto& properties = last().at("ResourceProperties").as_object();
    EXPECT_EQ(properties.at("ServiceToken").as_string(), kFunction);
    EXPECT_EQ(properties.at("Size"), boost::json::value("12"));
    EXPECT_EQ(properties.at("List"), boost::json::value({"true", "2", "x"}));

    EXPECT_EQ(answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "named"}}}}), "200");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(physical_id("Made"), "thing-1");
    EXPECT_TRUE(provider_.existing.contains("named"));
    EXPECT_EQ(codec::to_json(stack()["Outputs"]),
              R"([{"OutputKey":"Name","OutputValue":"named"},{"OutputKey":"Id","OutputValue":"thing-1"}])");
    // The URL is used up.
    EXPECT_THAT(answer("SUCCESS", "thing-1"), HasSubstr("no request waits"));
}

TEST_F(CustomResourceTest, AFailureIsRolledBackAndTheFunctionDeletes) {
    create(body("1"));
    answer("FAILED", "half-made", {{"Reason", "out of things"}});
    EXPECT_EQ(status(), "ROLLBACK_IN_PROGRESS");
    EXPECT_EQ(text("RequestType"), "Delete");
    EXPECT_EQ(text("PhysicalResourceId"), "half-made");
    answer("SUCCESS", "half-made");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(),
                Contains(HasSubstr("Made CREATE_FAILED: Received response status [FAILED] from custom "
                                   "resource. Message returned: out of things (RequestId: ")));
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(CustomResourceTest, AnUpdateTellsOldAndNewProperties) {
    make("1");
    update(body("2"));
    EXPECT_EQ(status(), "UPDATE_IN_PROGRESS");
    EXPECT_EQ(text("RequestType"), "Update");
    EXPECT_EQ(text("PhysicalResourceId"), "thing-1");
    EXPECT_EQ(last().at("ResourceProperties").as_object().at("Size"), boost::json::value("2"));
    EXPECT_EQ(last().at("OldResourceProperties").as_object().at("Size"), boost::json::value("1"));
    answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(functions_.events.size(), 2U);
}

TEST_F(CustomResourceTest, AnotherIdReplacesAndTheOldOneIsDeletedAtTheEnd) {
    make("1");
    update(body("2"));
    answer("SUCCESS", "thing-2", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    EXPECT_EQ(text("RequestType"), "Delete");
    EXPECT_EQ(text("PhysicalResourceId"), "thing-1");
    EXPECT_EQ(last().at("ResourceProperties").as_object().at("Size"), boost::json::value("1"));
    answer("SUCCESS", "thing-1");
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(physical_id("Made"), "thing-2");
    EXPECT_THAT(events(), testing::IsSupersetOf(
                              {"Made UPDATE_IN_PROGRESS",
                               "Made UPDATE_IN_PROGRESS: Requested update required the provider to create a "
                               "new physical resource",
                               "Made UPDATE_COMPLETE", "Made DELETE_IN_PROGRESS", "Made DELETE_COMPLETE"}));
}

TEST_F(CustomResourceTest, AFailedUpdateIsTakenBack) {
    make("1");
    update(body("2"));
    answer("FAILED", "thing-1", {{"Reason", "no"}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_IN_PROGRESS");
    EXPECT_EQ(text("RequestType"), "Update");
    EXPECT_EQ(last().at("ResourceProperties").as_object().at("Size"), boost::json::value("1"));
    EXPECT_EQ(last().at("OldResourceProperties").as_object().at("Size"), boost::json::value("2"));
    answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
}

TEST_F(CustomResourceTest, NoAnswerInTimeIsAFailure) {
    create(body("1, ServiceTimeout: 30"));
    executor_.advance(Seconds(29));
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    const boost::json::object asked = last();
    executor_.advance(Seconds(2));
    EXPECT_EQ(status(), "ROLLBACK_IN_PROGRESS");
    EXPECT_THAT(events(), Contains(HasSubstr("did not receive a response from your Custom Resource")));
    EXPECT_THAT(answer_to(asked, "SUCCESS", "late"), HasSubstr("no request waits"));
    EXPECT_EQ(text("RequestType"), "Delete");
    EXPECT_THAT(text("PhysicalResourceId"), HasSubstr("pipe-Made-"));
    answer("SUCCESS", "");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
}

TEST_F(CustomResourceTest, WaitingSurvivesARestart) {
    create(body("1"));
    const auto before = events();
    restart();
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    EXPECT_EQ(events(), before);
    EXPECT_EQ(functions_.events.size(), 1U);  // not asked twice
    answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    EXPECT_EQ(status(), "CREATE_COMPLETE");

    update(body("2"));
    restart();
    EXPECT_EQ(status(), "UPDATE_IN_PROGRESS");
    EXPECT_EQ(functions_.events.size(), 2U);
    answer("SUCCESS", "thing-2", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    EXPECT_EQ(text("RequestType"), "Delete");
    restart();
    EXPECT_EQ(functions_.events.size(), 3U);
    answer("SUCCESS", "thing-1");
    EXPECT_EQ(status(), "UPDATE_COMPLETE");

    ok("DeleteStack", {{"StackName", "pipe"}});
    restart();
    EXPECT_EQ(functions_.events.size(), 4U);
    const std::string id = text("StackId");
    answer("SUCCESS", "");
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_THAT(catalog_->list("cloudformation/custom-requests/"), IsEmpty());
}

TEST_F(CustomResourceTest, ATimeoutCountsFromBeforeTheRestart) {
    create(body("1, ServiceTimeout: 30"));
    executor_.advance(Seconds(20));
    restart();
    executor_.advance(Seconds(11));
    EXPECT_EQ(status(), "ROLLBACK_IN_PROGRESS");
}

TEST_F(CustomResourceTest, AHandOverThatACrashInterruptedIsRepeated) {
    functions_.silent = true;
    create(body("1"));
    const std::string id = text("RequestId");
    restart();
    ASSERT_EQ(functions_.events.size(), 2U);
    EXPECT_EQ(text("RequestId"), id);
    answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    EXPECT_EQ(status(), "CREATE_COMPLETE");
}

TEST_F(CustomResourceTest, AnAnswerLostWithAnotherRollsBack) {
    provider_.silent = {"create Other"};
    create(body("1", "  Other: {Type: AWS::SQS::Queue}\n"));
    restart();
    EXPECT_EQ(status(), "ROLLBACK_IN_PROGRESS");
    EXPECT_EQ(text("RequestType"), "Delete");
    answer("SUCCESS", "");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
}

TEST_F(CustomResourceTest, AnotherFailureEndsTheWait) {
    provider_.answers_at_once = false;
    provider_.failing = {"create Other"};
    create(body("1", "  Other: {Type: AWS::SQS::Queue}\n"));
    provider_.answer_waiting();
    executor_.run_ready();
    EXPECT_EQ(status(), "ROLLBACK_IN_PROGRESS");
    EXPECT_THAT(events(), Contains("Made CREATE_FAILED: Resource creation cancelled"));
    const boost::json::object first = functions_.events[0].payload;
    EXPECT_EQ(text("RequestType"), "Delete");
    EXPECT_EQ(answer_to(first, "SUCCESS", "too-late"), "200");
    answer("SUCCESS", "");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
}

TEST_F(CustomResourceTest, ACancelledUpdateStaysCancelledOverARestart) {
    make("1");
    update(body("2"));
    ok("CancelUpdateStack", {{"StackName", "pipe"}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_IN_PROGRESS");
    EXPECT_THAT(events(), Contains("Made UPDATE_FAILED: Resource update cancelled"));
    restart();
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_IN_PROGRESS");
    answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "named"}}}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
}

TEST_F(CustomResourceTest, TheStacksTimeoutHoldsOverARestart) {
    create(body("1"), {{"TimeoutInMinutes", 1}});
    executor_.advance(Seconds(40));
    restart();
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    executor_.advance(Seconds(21));
    EXPECT_EQ(status(), "ROLLBACK_IN_PROGRESS");
    EXPECT_THAT(events(), Contains(HasSubstr("exceeded the specified timeout")));
}

TEST_F(CustomResourceTest, WhatCannotBeAskedFails) {
    functions_.missing = {kFunction};
    create(body("1"));
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(functions_.events, IsEmpty());
    EXPECT_THAT(events(), Contains(HasSubstr("Function not found: " + std::string(kFunction))));
    ok("DeleteStack", {{"StackName", "pipe"}});

    create(R"({"Resources": {"Made": {"Type": "AWS::CloudFormation::CustomResource",
        "Properties": {"ServiceToken": "arn:aws:sns:us-east-1:000000000000:topic"}}}})");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains(HasSubstr("SNS topic is not offered")));
    EXPECT_THAT(error("CreateStack", {{"StackName", "other"},
                                      {"TemplateBody", R"({"Resources": {"Made": {"Type": "Custom::A"}}})"}}),
                HasSubstr("ServiceToken cannot be empty"));
}

TEST_F(CustomResourceTest, AnAttributeThatIsNotAnsweredFailsWhatNeedsIt) {
    create(body("1"));
    answer("SUCCESS", "thing-1");
    EXPECT_THAT(events(), Contains(HasSubstr("Queue CREATE_FAILED")));
}

TEST_F(CustomResourceTest, NoEchoHidesTheDataInEvents) {
    create(body("1"));
    answer("SUCCESS", "thing-1", {{"Data", codec::JsonObject{{"Name", "a-secret"}}}, {"NoEcho", true}});
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    const auto told = codec::to_json(ok("DescribeStackEvents", {{"StackName", "pipe"}}));
    EXPECT_THAT(told, Not(HasSubstr(R"(\"QueueName\":\"a-secret)")));
    EXPECT_THAT(told, HasSubstr(R"(\"QueueName\":\"****)"));
    EXPECT_TRUE(provider_.existing.contains("a-secret"));
}

TEST_F(CustomResourceTest, WhatIsNoResponseFails) {
    create(body("1"));
    EXPECT_EQ(put(text("ResponseURL"), "\xff not JSON"), "200");
    EXPECT_EQ(status(), "ROLLBACK_IN_PROGRESS");
    EXPECT_THAT(events(), Contains(HasSubstr("Invalid response object: it is not a JSON object")));
    restart();
    answer("SUCCESS", "");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
}

TEST_F(CustomResourceTest, TheTokenOfAnUpdateIsTheSame) {
    make("1");
    std::string other = body("1");
    other.replace(other.find(":maker"), 6, ":other");
    update(other);
    EXPECT_THAT(events(), Contains(HasSubstr("Modifying service token is not allowed.")));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(functions_.events.size(), 1U);
}

std::string response_of_bytes(std::size_t bytes) {
    std::string text = R"({"Status":"SUCCESS","PhysicalResourceId":"a","Reason":""})";
    return text.insert(text.size() - 2, std::string(bytes - text.size(), 'r'));
}

TEST(CustomResponse, HasAtMost4096Bytes) {
    EXPECT_TRUE(read_custom_response(response_of_bytes(kCustomResponseBytesMax)));
    const auto longer = read_custom_response(response_of_bytes(kCustomResponseBytesMax + 1));
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().message, "Response object is too long.");
}

TEST(CustomResponse, DataBecomesTexts) {
    const auto response = read_custom_response(
        R"({"Status":"SUCCESS","PhysicalResourceId":"a","Data":{"N":1,"B":true,"O":{"I":"x"},"L":[1,"2"],"Z":null}})");
    ASSERT_TRUE(response);
    EXPECT_THAT(response->data, ElementsAre(std::pair("B", "true"), std::pair("L", R"([1,"2"])"),
                                            std::pair("N", "1"), std::pair("O.I", "x")));
}

TEST(CustomResponse, ItsMembersAreChecked) {
    for (const char* wrong :
         {"[]", "{}", R"({"Status":"success"})", R"({"Status":1})",
          R"({"Status":"SUCCESS","PhysicalResourceId":{}})", R"({"Status":"SUCCESS","Data":"x"})"}) {
        EXPECT_FALSE(read_custom_response(wrong)) << wrong;
    }
    const auto named = [](std::size_t size) {
        return R"({"Status":"SUCCESS","PhysicalResourceId":")" + std::string(size, 'p') + "\"}";
    };
    EXPECT_TRUE(read_custom_response(named(kPhysicalIdBytesMax)));
    EXPECT_FALSE(read_custom_response(named(kPhysicalIdBytesMax + 1)));
}

}  // namespace
}  // namespace millrace::cloudformation
