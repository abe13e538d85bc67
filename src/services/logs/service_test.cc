#include <fmt/format.h>

#include "services/logs/catalog_survey.h"
#include "services/logs/limits.h"
#include "services/logs/names.h"
#include "services/logs/service_fixture.h"

namespace millrace::logs {
namespace {

using testing::ElementsAre;
using namespace api::logs;  // NOLINT: the operations under test

using LogsTest = ServiceFixture;

TEST_F(LogsTest, EventsComeBackFromBothEndsAndAfterARestart) {
    make_stream();
    for (int i = 0; i < 5; ++i) put("s", {{now() + i, fmt::format("m{}", i)}});
    open();
    const auto tail = call<GetLogEvents>({.log_group_name = "g", .log_stream_name = "s", .limit = 2});
    EXPECT_THAT(messages(tail), ElementsAre("m3", "m4"));
    const auto before = call<GetLogEvents>(
        {.log_group_name = "g", .log_stream_name = "s", .next_token = tail->next_backward_token, .limit = 2});
    EXPECT_THAT(messages(before), ElementsAre("m1", "m2"));
    const auto after = call<GetLogEvents>({.log_group_name = "g",
                                           .log_stream_name = "s",
                                           .next_token = before->next_forward_token,
                                           .limit = 2});
    EXPECT_THAT(messages(after), ElementsAre("m3", "m4"));

    const auto head = call<GetLogEvents>(
        {.log_group_name = "g", .log_stream_name = "s", .limit = 4, .start_from_head = true});
    EXPECT_THAT(messages(head), ElementsAre("m0", "m1", "m2", "m3"));
    const auto rest = call<GetLogEvents>(
        {.log_group_name = "g", .log_stream_name = "s", .next_token = head->next_forward_token});
    EXPECT_THAT(messages(rest), ElementsAre("m4"));
    // At the end the token stays the same until something arrives.
    auto end = call<GetLogEvents>(
        {.log_group_name = "g", .log_stream_name = "s", .next_token = rest->next_forward_token});
    EXPECT_THAT(messages(end), ElementsAre());
    EXPECT_EQ(end->next_forward_token, rest->next_forward_token);
    put("s", {{now() + 9, "new"}});
    end = call<GetLogEvents>(
        {.log_group_name = "g", .log_stream_name = "s", .next_token = end->next_forward_token});
    EXPECT_THAT(messages(end), ElementsAre("new"));

    EXPECT_EQ(error<GetLogEvents>({.log_group_name = "g", .log_stream_name = "s", .next_token = "x"}),
              "InvalidParameterException: The specified nextToken is invalid.");
    EXPECT_EQ(error<GetLogEvents>({.log_group_name = "g", .log_stream_name = "none"}),
              "ResourceNotFoundException: The specified log stream does not exist.");
}

TEST_F(LogsTest, EventsThatASalvageCouldNotReadAreSteppedOver) {
    make_stream();
    for (int i = 0; i < 400; ++i) put("s", {{now(), fmt::format("m{}", i)}});
    storage::CatalogSurvey survey;
    survey_catalog({{catalog_->list(kStreamPrefix).front()}}, survey);
    ASSERT_EQ(survey.logs.size(), 1u);
    const storage::LogId log = survey.logs.begin()->first;
    EXPECT_EQ(survey.logs.at(log), "log stream s of log group g (000000000000, us-east-1)");
    store_.lose(log, storage::Offset{2}, storage::Offset{397});
    store_.lose(log, storage::Offset{399}, storage::Offset{1ULL << 30});
    open();
    EXPECT_THAT(filter({}), ElementsAre("m0", "m1", "m397", "m398"));
    const auto tail = call<GetLogEvents>({.log_group_name = "g", .log_stream_name = "s", .limit = 3});
    EXPECT_THAT(messages(tail), ElementsAre("m1", "m397", "m398"));
    const auto before = call<GetLogEvents>(
        {.log_group_name = "g", .log_stream_name = "s", .next_token = tail->next_backward_token, .limit = 3});
    EXPECT_THAT(messages(before), ElementsAre("m0"));
    const auto head =
        call<GetLogEvents>({.log_group_name = "g", .log_stream_name = "s", .start_from_head = true});
    EXPECT_THAT(messages(head), ElementsAre("m0", "m1", "m397", "m398"));
    const auto streams = call<DescribeLogStreams>({.log_group_name = "g"});
    EXPECT_EQ(streams->log_streams->at(0).last_event_timestamp, now());
    put("s", {{now(), "new"}});
    open();
    EXPECT_THAT(messages(call<GetLogEvents>({.log_group_name = "g", .log_stream_name = "s", .limit = 2})),
                ElementsAre("m398", "new"));
    store_.lose(log, storage::Offset{0}, storage::Offset{1ULL << 31});
    open();
    EXPECT_THAT(messages(call<GetLogEvents>({.log_group_name = "g", .log_stream_name = "s"})), ElementsAre());
}

TEST_F(LogsTest, TimeRangesHoldWhereverEventsLie) {
    make_stream();
    const std::int64_t base = now();
    put("s", {{base, "a"}, {base + 100, "b"}});
    put("s", {{base + 50, "late"}});
    put("s", {{base + 200, "c"}});
    const auto range = [&](std::int64_t from, std::int64_t to, bool head) {
        return messages(call<GetLogEvents>({.log_group_name = "g",
                                            .log_stream_name = "s",
                                            .start_time = from,
                                            .end_time = to,
                                            .start_from_head = head}));
    };
    for (const bool head : {true, false}) {
        EXPECT_THAT(range(base + 50, base + 200, head), ElementsAre("late", "b"));
        EXPECT_THAT(range(base + 200, base + 300, head), ElementsAre("c"));
        EXPECT_THAT(range(base + 300, base + 400, head), ElementsAre());
    }
}

TEST_F(LogsTest, PagesOfManyEventsCoverEachOnce) {
    make_stream();
    const std::string text(1000, 'x');
    for (int batch = 0; batch < 40; ++batch) {
        std::vector<std::pair<std::int64_t, std::string>> events;
        for (int i = 0; i < 100; ++i)
            events.emplace_back(now(), fmt::format("{:05}{}", batch * 100 + i, text));
        put("s", std::move(events));
        clock_.advance(Milliseconds{1});
    }
    for (const bool head : {true, false}) {
        std::vector<std::string> all;
        std::optional<std::string> token;
        for (;;) {
            const auto page = call<GetLogEvents>({.log_group_name = "g",
                                                  .log_stream_name = "s",
                                                  .next_token = token,
                                                  .start_from_head = head});
            ASSERT_TRUE(page);
            const auto part = messages(page);
            EXPECT_LE(part.size(), kPageBytesMax / 1000);
            if (part.empty()) break;
            all.insert(head ? all.end() : all.begin(), part.begin(), part.end());
            token = head ? page->next_forward_token : page->next_backward_token;
        }
        ASSERT_EQ(all.size(), 4000u);
        for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i].substr(0, 5), fmt::format("{:05}", i));
    }
    EXPECT_EQ(filter({}).size(), 4000u);
    EXPECT_EQ(filter({.limit = 7}).size(), 4000u);
}

TEST_F(LogsTest, PutLogEventsKeepsAwssLimits) {
    make_stream();
    const auto put_error = [&](std::vector<InputLogEvent> events) {
        return error<PutLogEvents>(
            {.log_group_name = "g", .log_stream_name = "s", .log_events = std::move(events)});
    };
    EXPECT_EQ(put_error({{now() + 1, "b"}, {now(), "a"}}),
              "InvalidParameterException: Log events in a single PutLogEvents request must be in "
              "chronological order.");
    EXPECT_EQ(put_error({{now() - 86'400'001, "a"}, {now(), "b"}}),
              "InvalidParameterException: The batch of log events in a single PutLogEvents request cannot "
              "span more "
              "than 24 hours.");
    EXPECT_EQ(put_error({{now(), std::string(kEventBytesMax - kEventOverheadBytes, 'x')}}), "");
    EXPECT_EQ(put_error({{now(), std::string(kEventBytesMax - kEventOverheadBytes + 1, 'x')}}),
              "InvalidParameterException: Log event too large: 1048577 bytes exceeds limit of 1048576");
    EXPECT_EQ(put_error({{now(), std::string(600'000, 'x')}, {now(), std::string(600'000, 'x')}}),
              "InvalidParameterException: Upload too large: 1200052 bytes exceeds limit of 1048576");
    const auto rejected = call<PutLogEvents>(
        {.log_group_name = "g", .log_stream_name = "s", .log_events = {{now() - 15LL * 86'400'000, "old"}}});
    EXPECT_EQ(rejected->rejected_log_events_info->too_old_log_event_end_index, 1);
    const auto future = call<PutLogEvents>({.log_group_name = "g",
                                            .log_stream_name = "s",
                                            .log_events = {{now(), "now"}, {now() + 7'200'001, "new"}}});
    EXPECT_EQ(future->rejected_log_events_info->too_new_log_event_start_index, 1);
}

TEST_F(LogsTest, SaysThatAnEntityWasNotTaken) {
    make_stream();
    PutLogEventsRequest input{.log_group_name = "g", .log_stream_name = "s"};
    input.log_events.push_back({now(), "hello"});
    EXPECT_FALSE(call<PutLogEvents>(input)->rejected_entity_info);
    input.entity.emplace();
    const auto answer = call<PutLogEvents>(input);
    ASSERT_TRUE(answer && answer->rejected_entity_info);
    EXPECT_EQ(answer->rejected_entity_info->error_type, "UnsupportedLogGroupType");
    EXPECT_EQ(filter({}).size(), 2u);
    EXPECT_THAT(filter({.start_from_head = false}), ElementsAre(testing::HasSubstr("not offered")));
    EXPECT_EQ(filter({.start_from_head = true}).size(), 2u);
}

TEST_F(LogsTest, FilterMergesStreamsAndMatches) {
    make_stream("one");
    make_stream("two");
    const std::int64_t base = now();
    put("one", {{base, "ERROR a"}, {base + 2, "INFO c"}});
    put("two", {{base + 1, "ERROR b"}});
    put("one", {{base + 3, "ERROR d"}});
    EXPECT_THAT(filter({}), ElementsAre("ERROR a", "ERROR b", "INFO c", "ERROR d"));
    EXPECT_THAT(filter({.filter_pattern = "ERROR"}), ElementsAre("ERROR a", "ERROR b", "ERROR d"));
    EXPECT_EQ(filter({.limit = 1}).size(), 4u);
    EXPECT_THAT(filter({.log_stream_name_prefix = "tw"}), ElementsAre("ERROR b"));
    EXPECT_THAT(filter({.log_stream_names = {{"one"}}, .start_time = base + 3}), ElementsAre("ERROR d"));
    EXPECT_THAT(filter({.start_time = base + 1, .end_time = base + 2}), ElementsAre("ERROR b", "INFO c"));
    EXPECT_THAT(filter({.log_stream_names = {{"nope"}}}),
                ElementsAre("The specified log stream does not exist."));
    EXPECT_THAT(filter({.filter_pattern = "{ $.a = 1 }"}), ElementsAre(testing::HasSubstr("not offered")));
    const auto page = call<FilterLogEvents>({.log_group_name = "g"});
    EXPECT_EQ(page->events->at(0).event_id->size(), 56u);
}

TEST_F(LogsTest, ResetForgetsAndStaysUsable) {
    make_stream();
    service_->log_sink().write(line("lost"));
    service_->reset();
    store_.clear([](Result<>) {});
    home_.advance(kFlushDelay);
    EXPECT_EQ(call<DescribeLogGroups>({})->log_groups->size(), 0u);
}

}  // namespace
}  // namespace millrace::logs
