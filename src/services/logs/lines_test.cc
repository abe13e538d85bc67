#include <fmt/format.h>

#include "services/logs/limits.h"
#include "services/logs/service_fixture.h"

namespace millrace::logs {
namespace {

using testing::ElementsAre;
using namespace api::logs;  // NOLINT: the operations under test

using LogLinesTest = ServiceFixture;

TEST_F(LogLinesTest, LinesOfAFunctionMakeTheirGroupAndStream) {
    for (int i = 0; i < 1000; ++i) service_->log_sink().write(line(fmt::format("line {}", i)));
    const std::size_t appends = store_.appends();
    home_.advance(kFlushDelay);
    home_.run_ready();
    EXPECT_EQ(store_.appends() - appends, 2u) << "one for the catalog, one for all lines";
    service_->log_sink().write(line(""));
    home_.advance(kFlushDelay);
    const auto page = call<GetLogEvents>({.log_group_name = "/aws/lambda/f",
                                          .log_stream_name = "2026/11/23/[$LATEST]0",
                                          .start_from_head = true});
    ASSERT_EQ(messages(page).size(), 1001u);
    EXPECT_EQ(messages(page)[999], "line 999");
    const auto streams = call<DescribeLogStreams>(
        {.log_group_name = "/aws/lambda/f", .order_by = "LastEventTime", .descending = true});
    EXPECT_EQ(streams->log_streams->at(0).last_event_timestamp, now() - kFlushDelay.count());
}

TEST_F(LogLinesTest, AFlushStoresOutputWithoutDelay) {
    service_->log_sink().write(line("before"));
    bool flushed = false;
    service_->flush_output_then([&] { flushed = true; });
    store_.hold_commits(true);
    home_.run_ready();
    EXPECT_FALSE(flushed);
    service_->log_sink().write(line("meanwhile"));
    store_.hold_commits(false);
    home_.run_ready();
    EXPECT_TRUE(flushed);
    EXPECT_THAT(messages(call<GetLogEvents>({.log_group_name = "/aws/lambda/f",
                                             .log_stream_name = "2026/11/23/[$LATEST]0",
                                             .start_from_head = true})),
                ElementsAre("before", "meanwhile"));
}

TEST_F(LogLinesTest, AFlushOfNothingIsOverAtOnceButNotInside) {
    bool flushed = false;
    service_->flush_output_then([&] { flushed = true; });
    EXPECT_FALSE(flushed);
    home_.run_ready();
    EXPECT_TRUE(flushed);
}

TEST_F(LogLinesTest, AFlushIsOverWhenTheStorageRefuses) {
    service_->log_sink().write(line("first"));
    home_.advance(kFlushDelay);
    service_->log_sink().write(line("lost"));
    store_.fail_writes(Error{ErrorCode::kUnavailable, "no space"});
    bool flushed = false;
    service_->flush_output_then([&] { flushed = true; });
    home_.run_ready();
    EXPECT_TRUE(flushed);
}

TEST_F(LogLinesTest, AFloodWaitsForTheDiskInFewAppends) {
    service_->log_sink().write(line("first"));
    home_.advance(kFlushDelay);
    const std::size_t appends = store_.appends();
    store_.hold_commits(true);
    const std::string text(kFlushBytes, 'x');
    for (int i = 0; i < 20; ++i) {
        service_->log_sink().write(line(text));
        home_.run_ready();
    }
    store_.hold_commits(false);
    home_.advance(kFlushDelay);
    EXPECT_LE(store_.appends() - appends, 3u);
    store_.hold_commits(true);
    for (std::size_t bytes = 0; bytes <= kPendingLineBytesMax + 4 * kFlushBytes; bytes += kFlushBytes) {
        service_->log_sink().write(line(text));
        home_.run_ready();
    }
    store_.hold_commits(false);
    home_.advance(kFlushDelay);
    context_.scope.region = "us-east-1";
    const auto page =
        call<FilterLogEvents>({.log_group_name = "/aws/lambda/f", .filter_pattern = "millrace dropped"});
    std::optional<std::string> token = page->next_token;
    std::size_t notes = page->events->size();
    while (token) {
        const auto next = call<FilterLogEvents>(
            {.log_group_name = "/aws/lambda/f", .filter_pattern = "millrace dropped", .next_token = token});
        notes += next->events->size();
        token = next->next_token;
    }
    EXPECT_EQ(notes, 1u);
}

}  // namespace
}  // namespace millrace::logs
