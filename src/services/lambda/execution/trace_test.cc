#include "services/lambda/execution/trace.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

constexpr std::string_view kTracedRequest = "01234567-89ab-cdef-0123-456789abcdef";
const WallTime kTraced = from_millis(0x6789'1233LL * 1000);

Function named(std::string name) {
    Function function;
    function.scope = {.account = "000000000000", .region = "us-east-1"};
    function.name = std::move(name);
    return function;
}

std::string called(const std::string& incoming, const Function& function) {
    return next_trace(incoming, function, kTracedRequest, kTraced);
}

TEST(TraceTest, BeginsWithTheRequestsDigits) {
    const std::string trace = called("", named("f"));
    EXPECT_TRUE(trace.starts_with(
        "Root=1-67891233-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0;Lineage=1:"))
        << trace;
    EXPECT_TRUE(trace.ends_with(":0")) << trace;
}

TEST(TraceTest, KeepsTheRootAndTheSamplingOfWhoCalls) {
    const std::string trace = called("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Self=x", named("f"));
    EXPECT_TRUE(
        trace.starts_with("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0123456789abcdef;Sampled=1;"))
        << trace;
}

TEST(TraceTest, AFunctionMayBeCalledSixteenTimes) {
    std::string trace;
    for (int call = 1; call <= kRecursionMax; ++call) {
        EXPECT_FALSE(is_recursion(trace, named("f"))) << call;
        trace = called(trace, named("f"));
    }
    EXPECT_TRUE(is_recursion(trace, named("f")));
    EXPECT_FALSE(is_recursion(trace, named("g")));
}

TEST(TraceTest, CountsEachFunctionOfALoop) {
    std::string trace;
    for (int call = 1; call <= kRecursionMax; ++call) trace = called(called(trace, named("f")), named("g"));
    EXPECT_TRUE(is_recursion(trace, named("f")));
    EXPECT_TRUE(is_recursion(trace, named("g")));
}

TEST(TraceTest, StaysShortHoweverManyFunctionsThereAre) {
    std::string trace;
    for (int i = 0; i < 1000; ++i) trace = called(trace, named("f" + std::to_string(i)));
    EXPECT_LT(trace.size(), 500u);
}

TEST(TraceTest, IsNotConfusedByWhatIsNoHeader) {
    for (const char* text : {"Lineage", "Lineage=", "Lineage=:", "Lineage=1:|||",
                             "Lineage=1:a:99999999999999999999", ";;;=;Lineage=1:a:-5|b", "Root"}) {
        EXPECT_FALSE(is_recursion(text, named("f"))) << text;
        EXPECT_TRUE(called(text, named("f")).starts_with("Root=1-67891233-")) << text;
    }
}

TEST(TraceTest, TheLongerWayCounts) {
    const std::string once = called("", named("f"));
    const std::string twice = called(once, named("f"));
    EXPECT_EQ(longer_trace(once, twice), twice);
    EXPECT_EQ(longer_trace(twice, once), twice);
    EXPECT_EQ(longer_trace("", once), once);
    EXPECT_EQ(longer_trace(once, ""), once);
}

}  // namespace
}  // namespace millrace::lambda
