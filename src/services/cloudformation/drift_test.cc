#include <gmock/gmock.h>

#include "codec/json.h"
#include "services/cloudformation/drift/compare.h"
#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<PropertyDifference> compare(const char* expected, const char* actual) {
    return compare_properties(codec::parse_json(expected)->as_object(),
                              codec::parse_json(actual)->as_object());
}

TEST(CompareProperties, TellsWhatIsOtherwise) {
    EXPECT_THAT(compare(R"({"A":30,"B":"true","C":"x"})", R"({"A":"30","B":true,"C":"x","D":1})"), IsEmpty());
    EXPECT_THAT(compare(R"({"A":30})", R"({"A":"31"})"),
                ElementsAre(PropertyDifference{"/A", "30", "31", "NOT_EQUAL"}));
    EXPECT_THAT(compare(R"({"A":30})", R"({"A":null})"),
                ElementsAre(PropertyDifference{"/A", "30", "null", "REMOVE"}));
    EXPECT_THAT(compare(R"({"A":30})", R"({})"), IsEmpty());  // cannot be told
    EXPECT_THAT(compare(R"({"E":{"V":{"K":"1","L":"2"}}})", R"({"E":{"V":{"K":"1","M":"3"}}})"),
                ElementsAre(PropertyDifference{"/E/V/L", "2", "null", "REMOVE"},
                            PropertyDifference{"/E/V/M", "null", "3", "ADD"}));
}

TEST(CompareProperties, ListsHaveNoOrderAndTagsHaveKeys) {
    EXPECT_THAT(compare(R"({"L":["a","b"]})", R"({"L":["b","a"]})"), IsEmpty());
    EXPECT_THAT(compare(R"({"L":["a","b"]})", R"({"L":["b","c"]})"),
                ElementsAre(PropertyDifference{"/L/0", "a", "null", "REMOVE"},
                            PropertyDifference{"/L/1", "null", "c", "ADD"}));
    EXPECT_THAT(compare(R"({"T":[{"Key":"k","Value":"1"}]})",
                        R"({"T":[{"Key":"o","Value":"x"},{"Key":"k","Value":"2"}]})"),
                ElementsAre(PropertyDifference{"/T/0/Value", "1", "2", "NOT_EQUAL"},
                            PropertyDifference{"/T/0", "null", R"({"Key":"o","Value":"x"})", "ADD"}));
}

class DriftTest : public ServiceFixture {
  protected:
    void make() {
        create(R"({"Resources": {
            "A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a", "VisibilityTimeout": 30}},
            "B": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "b"}},
            "S": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}}})");
    }
    codec::JsonObject detect() {
        const auto id = ok("DetectStackDrift", {{"StackName", "pipe"}})["StackDriftDetectionId"];
        return ok("DescribeStackDriftDetectionStatus", {{"StackDriftDetectionId", id}});
    }
    std::string drifts(codec::JsonObject more = {}) {
        more["StackName"] = "pipe";
        std::string lines;
        for (const auto& value : ok("DescribeStackResourceDrifts", more)["StackResourceDrifts"].as_array()) {
            const auto& drift = value.as_object();
            lines += std::string(drift.at("LogicalResourceId").as_string()) + " " +
                     std::string(drift.at("StackResourceDriftStatus").as_string()) + "\n";
        }
        return lines;
    }
};

TEST_F(DriftTest, ComparesWhatCanBeRead) {
    make();
    EXPECT_EQ(codec::to_json(stack()["DriftInformation"]), R"({"StackDriftStatus":"NOT_CHECKED"})");
    EXPECT_EQ(drifts(), "");
    auto found = detect();
    EXPECT_EQ(found["StackDriftStatus"].as_string(), "IN_SYNC");
    EXPECT_EQ(found["DetectionStatus"].as_string(), "DETECTION_COMPLETE");
    EXPECT_EQ(drifts(), "A IN_SYNC\nB IN_SYNC\n");

    provider_.existing["a"]["VisibilityTimeout"] = "45";
    provider_.existing.erase("b");
    found = detect();
    EXPECT_EQ(found["StackDriftStatus"].as_string(), "DRIFTED");
    EXPECT_EQ(found["DriftedStackResourceCount"], 2);
    EXPECT_EQ(drifts(), "A MODIFIED\nB DELETED\n");
    EXPECT_EQ(drifts({{"StackResourceDriftStatusFilters", codec::JsonArray({"DELETED"})}}), "B DELETED\n");
    EXPECT_EQ(drifts({{"MaxResults", 1}}), "A MODIFIED\n");
    restart();
    EXPECT_EQ(drifts(), "A MODIFIED\nB DELETED\n");
    EXPECT_THAT(codec::to_json(stack()["DriftInformation"]), HasSubstr(R"("StackDriftStatus":"DRIFTED")"));
    const auto detail =
        codec::to_json(ok("DescribeStackResource", {{"StackName", "pipe"}, {"LogicalResourceId", "A"}}));
    EXPECT_THAT(detail, HasSubstr(R"("StackResourceDriftStatus":"MODIFIED")"));
}

TEST_F(DriftTest, OfOneResource) {
    make();
    provider_.existing["a"]["VisibilityTimeout"] = "45";
    const auto drift =
        codec::to_json(ok("DetectStackResourceDrift", {{"StackName", "pipe"}, {"LogicalResourceId", "A"}}));
    EXPECT_THAT(
        drift,
        HasSubstr(
            R"("PropertyPath":"/VisibilityTimeout","ExpectedValue":"30","ActualValue":"45","DifferenceType":"NOT_EQUAL")"));
    EXPECT_THAT(error("DetectStackResourceDrift", {{"StackName", "pipe"}, {"LogicalResourceId", "S"}}),
                HasSubstr("not supported for resource type AWS::Kinesis::Stream"));
    EXPECT_THAT(error("DetectStackResourceDrift", {{"StackName", "pipe"}, {"LogicalResourceId", "X"}}),
                HasSubstr("does not exist"));
    // The stack as a whole was not looked at.
    EXPECT_EQ(codec::to_json(stack()["DriftInformation"]), R"({"StackDriftStatus":"NOT_CHECKED"})");
}

TEST_F(DriftTest, WhatCannotBeReadFailsTheDetection) {
    make();
    provider_.failing = {"read A"};
    auto found = detect();
    EXPECT_EQ(found["DetectionStatus"].as_string(), "DETECTION_FAILED");
    EXPECT_THAT(std::string(found["DetectionStatusReason"].as_string()),
                HasSubstr("Failed to read A: cannot look"));
    EXPECT_EQ(drifts(), "B IN_SYNC\n");
}

TEST_F(DriftTest, NeedsAStackAtRest) {
    provider_.silent = {"create A"};
    make();
    EXPECT_THAT(error("DetectStackDrift", {{"StackName", "pipe"}}),
                HasSubstr("while it is in CREATE_IN_PROGRESS state"));
    EXPECT_THAT(error("DescribeStackDriftDetectionStatus", {{"StackDriftDetectionId", "none"}}),
                HasSubstr("does not exist"));
}

TEST_F(DriftTest, GoesWithItsStack) {
    make();
    detect();
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(catalog_->list("cloudformation/drift/"), IsEmpty());
}

}  // namespace
}  // namespace millrace::cloudformation
