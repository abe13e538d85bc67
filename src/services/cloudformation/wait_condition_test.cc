#include <gmock/gmock.h>

#include "services/cloudformation/callbacks/wait_handle.h"
#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kBody = R"(
Resources:
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Condition:
    Type: AWS::CloudFormation::WaitCondition
    Properties: {Handle: !Ref Handle, Timeout: 60, Count: 2}
Outputs:
  Data: {Value: !GetAtt Condition.Data}
)";

class WaitConditionTest : public ServiceFixture {
  protected:
    std::string signal(const char* id, const char* status = "SUCCESS") {
        return put(physical_id("Handle"), std::string(R"({"Status":")") + status + R"(","UniqueId":")" + id +
                                              R"(","Data":"data of )" + id + R"(","Reason":"because"})");
    }
};

TEST_F(WaitConditionTest, IsThereWhenAsManyHaveSignalled) {
    create(kBody);
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    EXPECT_EQ(signal("a"), "200");
    EXPECT_EQ(signal("a"), "200");  // counts once
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    signal("b");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(stack()["Outputs"].as_array()[0].as_object()["OutputValue"].as_string(),
              R"({"a":"data of a","b":"data of b"})");
}

TEST_F(WaitConditionTest, SurvivesARestartWithItsSignalsAndItsTime) {
    create(kBody);
    signal("a");
    executor_.advance(Seconds(50));
    restart();
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    signal("b");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(catalog_->list("cloudformation/wait-handles/"), IsEmpty());

    create(kBody);
    executor_.advance(Seconds(50));
    restart();
    executor_.advance(Seconds(11));
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(),
                Contains(HasSubstr("WaitCondition timed out. Received 0 conditions when expecting 2")));
}

TEST_F(WaitConditionTest, OneFailureEndsIt) {
    create(kBody);
    signal("a");
    signal("b", "FAILURE");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(),
                Contains(HasSubstr("WaitCondition received failed message: 'because' for uniqueId: b")));
    EXPECT_THAT(catalog_->list("cloudformation/wait-handles/"), IsEmpty());
}

TEST_F(WaitConditionTest, WhatIsNoSignalIsRefused) {
    create(kBody);
    const std::string url = physical_id("Handle");
    EXPECT_THAT(put(url, "{}"), HasSubstr("This is no signal"));
    EXPECT_THAT(put(url, R"({"Status":"SUCCESS"})"), HasSubstr("no UniqueId"));
    EXPECT_THAT(put(url + "x", R"({"Status":"SUCCESS","UniqueId":"a"})"), HasSubstr("no such handle"));
    std::string long_one = R"({"Status":"SUCCESS","UniqueId":"a","Data":""})";
    long_one.insert(long_one.size() - 2, std::string(kSignalBytesMax - long_one.size(), 'd'));
    EXPECT_EQ(put(url, long_one), "200");
    EXPECT_THAT(put(url, long_one + " "), HasSubstr("more than 4096 bytes"));
}

TEST_F(WaitConditionTest, NeedsAHandle) {
    create(R"({"Resources": {"C": {"Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": "http://elsewhere", "Timeout": "5"}}}})");
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains(HasSubstr("Handle must be the Ref of")));
}

TEST_F(WaitConditionTest, CannotBeUpdated) {
    create(kBody);
    signal("a");
    signal("b");
    std::string other = kBody;
    other.replace(other.find("60"), 2, "61");
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", other}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_THAT(
        events(),
        Contains(HasSubstr("Update to resource type AWS::CloudFormation::WaitCondition is not supported")));
}

}  // namespace
}  // namespace millrace::cloudformation
