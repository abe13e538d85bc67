#include "services/kinesis/retention.h"

#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

class RetentionTest : public ServiceFixture {
  protected:
    Texts kept() { return read(iterator("s", "TRIM_HORIZON")); }
};

TEST_F(RetentionTest, NothingToKeepNothingToDo) {
    create_stream("s");
    EXPECT_TRUE(executor_.idle());
}

TEST_F(RetentionTest, RecordsGoWhenTheirTimeIsUp) {
    create_stream("s");
    put("s", "k", "old");
    executor_.advance(1h);
    put("s", "k", "new");
    executor_.advance(23h);
    EXPECT_EQ(kept(), (Texts{"old", "new"}));
    executor_.advance(1min);
    EXPECT_EQ(kept(), Texts{"new"});
    executor_.advance(1h);
    EXPECT_EQ(kept(), Texts{});
    EXPECT_TRUE(executor_.idle());
}

TEST_F(RetentionTest, AnIteratorBeforeTheTrimPointReadsFromIt) {
    create_stream("s");
    put("s", "k", "old");
    executor_.advance(24h - 2min);
    put("s", "k", "new");
    const std::string start = iterator("s", "TRIM_HORIZON");
    executor_.advance(4min);
    EXPECT_EQ(read(start), Texts{"new"});
}

TEST_F(RetentionTest, ALongerPeriodKeepsAShorterOneTrims) {
    create_stream("s");
    put("s", "k", "old");
    ok("IncreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":48})");
    executor_.advance(25h);
    EXPECT_EQ(kept(), Texts{"old"});
    ok("DecreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":24})");
    executor_.advance(1min);
    EXPECT_EQ(kept(), Texts{});
}

TEST_F(RetentionTest, TheClockRunsOnWhileMillraceIsDown) {
    create_stream("s");
    put("s", "k", "old");
    clock_.advance(25h);
    restart();
    EXPECT_EQ(kept(), Texts{});
}

TEST_F(RetentionTest, AnotherStreamsLongPeriodDelaysNobody) {
    create_stream("long");
    ok("IncreaseStreamRetentionPeriod", R"({"StreamName":"long","RetentionPeriodHours":8760})");
    put("long", "k", "stays");
    create_stream("s");
    put("s", "k", "goes");
    executor_.advance(24h + 1min);
    EXPECT_EQ(kept(), Texts{});
    EXPECT_EQ(read(iterator("long", "TRIM_HORIZON")), Texts{"stays"});
}

}  // namespace
}  // namespace millrace::kinesis
