#include "aws/faults/fault_rule.h"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

TEST(FaultRuleTest, ReadsEveryWord) {
    const auto rule =
        parse_fault_rule("  kinesis:PutRecords stream=orders throttle=12.5%  seed=7 after=2 times=3");
    ASSERT_TRUE(rule) << rule.error().message;
    EXPECT_EQ(*rule, (FaultRule{.service = "kinesis",
                                .operation = "PutRecords",
                                .resource = "orders",
                                .effect = FaultEffect::kThrottle,
                                .share = 125'000,
                                .seed = 7,
                                .after = 2,
                                .times = 3}));
    const auto delay = parse_fault_rule("sqs:* queue=jobs delay=2s@0.0001%");
    ASSERT_TRUE(delay);
    EXPECT_EQ(delay->operation, "");
    EXPECT_EQ(delay->delay, Milliseconds{2000});
    EXPECT_EQ(delay->share, 1U);
}

TEST(FaultRuleTest, WritesWhatItReads) {
    for (const char* text : {"kinesis:PutRecords stream=orders throttle=10% seed=7",
                             "lambda:Invoke function=thumbs delay=200ms@50% seed=1 after=2",
                             "sqs:SendMessage queue=jobs.fifo lose-reply=0.25% seed=1 times=1",
                             "logs:* unavailable=100% seed=1"}) {
        const auto rule = parse_fault_rule(text);
        ASSERT_TRUE(rule) << rule.error().message;
        EXPECT_EQ(to_string(*rule), text);
    }
}

TEST(FaultRuleTest, SaysWhatIsWrong) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "SERVICE:OPERATION"},
        {"kinesis", "SERVICE:OPERATION"},
        {"kinesis: fail=1%", "SERVICE:OPERATION"},
        {"kinesis:PutRecord", "says not what happens"},
        {"kinesis:PutRecord fail=0%", "no share"},
        {"kinesis:PutRecord fail=100.0001%", "no share"},
        {"kinesis:PutRecord fail=101%", "no share"},
        {"kinesis:PutRecord fail=1.%", "no share"},
        {"kinesis:PutRecord fail=10", "no share"},
        {"kinesis:PutRecord fail=0.00001%", "no share"},
        {"kinesis:PutRecord delay=901s", "at most 900 s"},
        {"kinesis:PutRecord delay=900001ms", "at most 900 s"},
        {"kinesis:PutRecord delay=0ms", "delay=0ms"},
        {"kinesis:PutRecord delay=10ms@", "no share"},
        {"kinesis:PutRecord fail=1% drop=1%", "two effects"},
        {"kinesis:PutRecord fail=1% seed=1 seed=2", "twice"},
        {"kinesis:PutRecord fail=1% seed=-1", "no count"},
        {"kinesis:PutRecord fail=1% times=0", "no count"},
        {"kinesis:PutRecord fail=1% seed=18446744073709551616", "no count"},
        {"kinesis:PutRecord queue=jobs fail=1%", "kinesis has stream="},
        {"logs:PutLogEvents stream=a fail=1%", "not told apart"},
        {"sqs:SendMessage queue=a/b fail=1%", "no name"},
        {"kinesis:PutRecord chance=1%", "none of stream"},
        {"kinesis:PutRecord often", "not NAME=VALUE"},
    };
    for (const auto& [text, part] : cases) {
        const auto rule = parse_fault_rule(text);
        ASSERT_FALSE(rule) << text;
        EXPECT_NE(rule.error().message.find(part), std::string::npos) << text << ": " << rule.error().message;
    }
    EXPECT_TRUE(parse_fault_rule("kinesis:PutRecord delay=900s"));
}

TEST(FaultRuleTest, TakesTextsUpToItsLimit) {
    std::string text = "kinesis:PutRecord fail=1%";
    text.resize(kFaultTextBytesMax, ' ');
    EXPECT_TRUE(parse_fault_rule(text));
    EXPECT_FALSE(parse_fault_rule(text + " "));
}

// A test that relies on a seed keeps passing with the next version.
TEST(FaultRuleTest, StrikesTheSameCallsForever) {
    FaultRule rule{.service = "kinesis", .share = kShareWhole / 10, .seed = 7};
    std::vector<std::uint64_t> struck;
    for (std::uint64_t n = 1; n <= 50; ++n) {
        if (strikes(rule, n)) struck.push_back(n);
    }
    EXPECT_EQ(struck, (std::vector<std::uint64_t>{1, 12, 21, 39}));
    rule.share = kShareWhole;
    for (std::uint64_t n = 1; n <= 1000; ++n) EXPECT_TRUE(strikes(rule, n));
}

TEST(FaultRuleTest, StrikesItsShareWhateverTheSeed) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const FaultRule rule{.service = "kinesis", .share = kShareWhole / 10, .seed = seed};
        int struck = 0;
        for (std::uint64_t n = 1; n <= 10'000; ++n) struck += strikes(rule, n) ? 1 : 0;
        EXPECT_NEAR(struck, 1000, 150) << seed;
    }
}

}  // namespace
}  // namespace millrace::aws
