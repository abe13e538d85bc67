#include "services/logs/service.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/logs.h"
#include "aws/registry.h"
#include "base/manual_executor.h"
#include "codec/json.h"
#include "services/logs/catalog_survey.h"
#include "services/logs/limits.h"
#include "services/logs/names.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::logs {
namespace {

using testing::ElementsAre;
using namespace api::logs;  // NOLINT: the operations under test

class LogsTest : public testing::Test {
  protected:
    LogsTest() { open(); }

    void open() {
        service_.reset();
        catalog_.reset();
        storage::LogCatalog::open(store_, clock_, [this](auto catalog) { catalog_ = std::move(*catalog); });
        home_.run_ready();
        Service::open({home_, clock_, store_, *catalog_},
                      [this](auto service) { service_ = std::move(*service); });
        home_.run_ready();
        ASSERT_NE(service_, nullptr);
        registry_.emplace();
        service_->register_operations(*registry_);
    }

    template <class Op>
    aws::Outcome<typename Op::Output> call(typename Op::Input input) {
        std::optional<aws::Outcome<typename Op::Output>> answer;
        registry_->invoke<Op>(context_, std::move(input), [&](auto outcome) { answer = std::move(outcome); });
        home_.run_ready();
        if (answer) return std::move(*answer);
        ADD_FAILURE() << "no answer";
        return std::unexpected(aws::internal_failure());
    }

    template <class Op>
    std::string error(typename Op::Input input) {
        const auto outcome = call<Op>(std::move(input));
        return outcome ? "" : outcome.error().code + ": " + outcome.error().message;
    }

    void make_stream(const std::string& stream = "s") {
        (void)call<CreateLogGroup>({.log_group_name = "g"});
        ASSERT_TRUE(call<CreateLogStream>({.log_group_name = "g", .log_stream_name = stream}));
    }

    std::int64_t now() const { return to_millis(clock_.now()); }

    void put(const std::string& stream, std::vector<std::pair<std::int64_t, std::string>> events) {
        PutLogEventsRequest input{.log_group_name = "g", .log_stream_name = stream};
        for (auto& [timestamp, message] : events) input.log_events.push_back({timestamp, message});
        ASSERT_TRUE(call<PutLogEvents>(std::move(input)));
    }

    static std::vector<std::string> messages(const aws::Outcome<GetLogEventsResponse>& page) {
        std::vector<std::string> out;
        if (page) {
            for (const auto& event : *page->events) out.push_back(*event.message);
        }
        return out;
    }

    std::vector<std::string> filter(FilterLogEventsRequest input) {
        std::vector<std::string> out;
        input.log_group_name = "g";
        for (;;) {
            const auto page = call<FilterLogEvents>(input);
            if (!page) return {page.error().message};
            for (const auto& event : *page->events) out.push_back(*event.message);
            if (!page->next_token) return out;
            input.next_token = page->next_token;
        }
    }

    ports::LogLine line(std::string text) {
        return {.scope = context_.scope,
                .function = "f",
                .group = "/aws/lambda/f",
                .stream = "2026/11/23/[$LATEST]0",
                .time = clock_.now(),
                .text = std::move(text)};
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    storage::MemoryLogStore store_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<Service> service_;
    std::optional<aws::Registry> registry_;
    aws::RequestContext context_{.scope = {"000000000000", "us-east-1"}};
};

TEST_F(LogsTest, WhatACrashLeavesOfADeletedStreamIsGivenBack) {
    make_stream();
    put("s", {{now(), "x"}});
    const storage::LogId log{1};
    ASSERT_GT(store_.end(log), storage::Offset{0});
    ASSERT_TRUE(call<DeleteLogStream>({.log_group_name = "g", .log_stream_name = "s"}));
    EXPECT_EQ(store_.end(log), storage::Offset{0});
    EXPECT_TRUE(catalog_->list("logs/removed/").empty());

    make_stream();
    put("s", {{now(), "x"}});
    const storage::LogId second{2};
    ASSERT_GT(store_.end(second), storage::Offset{0});
    catalog_->commit(
        {.puts = {{"logs/removed/2", "{}"}}, .erases = {catalog_->list(kStreamPrefix).front().first}},
        [](const auto&) {});
    home_.run_ready();
    open();
    EXPECT_EQ(store_.end(second), storage::Offset{0});
    EXPECT_TRUE(catalog_->list("logs/removed/").empty());
}

TEST_F(LogsTest, GroupsAreCreatedDescribedAndDeleted) {
    EXPECT_TRUE(call<CreateLogGroup>({.log_group_name = "b", .tags = {{{"k", "v"}}}}));
    EXPECT_TRUE(call<CreateLogGroup>({.log_group_name = "a"}));
    EXPECT_EQ(error<CreateLogGroup>({.log_group_name = "a"}),
              "ResourceAlreadyExistsException: The specified log group already exists");
    EXPECT_EQ(
        error<PutRetentionPolicy>({.log_group_name = "b", .retention_in_days = 2}).substr(0, 93),
        "InvalidParameterException: 1 validation error detected: Value '2' at 'retentionInDays' failed");
    EXPECT_TRUE(call<PutRetentionPolicy>({.log_group_name = "b", .retention_in_days = 7}));
    open();
    const auto page = call<DescribeLogGroups>({.limit = 1});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->log_groups->at(0).log_group_name, "a");
    const auto rest = call<DescribeLogGroups>({.next_token = page->next_token});
    ASSERT_EQ(rest->log_groups->size(), 1u);
    const auto& group = rest->log_groups->at(0);
    EXPECT_EQ(group.arn, "arn:aws:logs:us-east-1:000000000000:log-group:b:*");
    EXPECT_EQ(group.retention_in_days, 7);
    EXPECT_EQ(group.creation_time, now());
    const auto tags =
        call<ListTagsForResource>({.resource_arn = "arn:aws:logs:us-east-1:000000000000:log-group:b"});
    EXPECT_EQ(tags->tags->at("k"), "v");
    EXPECT_TRUE(call<DeleteLogGroup>({.log_group_name = "a"}));
    EXPECT_EQ(error<DeleteLogGroup>({.log_group_name = "a"}),
              "ResourceNotFoundException: The specified log group does not exist.");
    EXPECT_EQ(call<DescribeLogGroups>({.log_group_name_prefix = "a"})->log_groups->size(), 0u);
}

TEST_F(LogsTest, ConcurrentCreationsAreDecidedOneAfterAnother) {
    std::vector<bool> created;
    for (int i = 0; i < 3; ++i) {
        registry_->invoke<CreateLogGroup>(context_, {.log_group_name = "g"},
                                          [&](auto outcome) { created.push_back(outcome.has_value()); });
    }
    home_.run_ready();
    EXPECT_THAT(created, ElementsAre(true, false, false));
}

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

TEST_F(LogsTest, LinesOfAFunctionMakeTheirGroupAndStream) {
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

TEST_F(LogsTest, AFlushStoresOutputWithoutDelay) {
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

TEST_F(LogsTest, AFlushOfNothingIsOverAtOnceButNotInside) {
    bool flushed = false;
    service_->flush_output_then([&] { flushed = true; });
    EXPECT_FALSE(flushed);
    home_.run_ready();
    EXPECT_TRUE(flushed);
}

TEST_F(LogsTest, AFlushIsOverWhenTheStorageRefuses) {
    service_->log_sink().write(line("first"));
    home_.advance(kFlushDelay);
    service_->log_sink().write(line("lost"));
    store_.fail_writes(Error{ErrorCode::kUnavailable, "no space"});
    bool flushed = false;
    service_->flush_output_then([&] { flushed = true; });
    home_.run_ready();
    EXPECT_TRUE(flushed);
}

TEST_F(LogsTest, AFloodWaitsForTheDiskInFewAppends) {
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

TEST_F(LogsTest, RetentionHidesAtOnceAndTrimsLater) {
    make_stream();
    put("s", {{now(), "old"}});
    clock_.advance(std::chrono::hours{30});
    put("s", {{now(), "young"}});
    EXPECT_TRUE(call<PutRetentionPolicy>({.log_group_name = "g", .retention_in_days = 1}));
    const auto all = [&] {
        return messages(
            call<GetLogEvents>({.log_group_name = "g", .log_stream_name = "s", .start_from_head = true}));
    };
    EXPECT_THAT(all(), ElementsAre("young"));
    home_.advance(kRetentionSweepPeriod);
    home_.run_ready();
    EXPECT_TRUE(call<DeleteRetentionPolicy>({.log_group_name = "g"}));
    EXPECT_THAT(all(), ElementsAre("young"));
    open();
    EXPECT_THAT(all(), ElementsAre("young"));
    EXPECT_EQ(call<DescribeLogGroups>({})->log_groups->at(0).stored_bytes, 5 + 26);
}

TEST_F(LogsTest, ScopesAreApart) {
    make_stream();
    context_.scope.region = "eu-west-1";
    EXPECT_EQ(call<DescribeLogGroups>({})->log_groups->size(), 0u);
    EXPECT_TRUE(call<CreateLogGroup>({.log_group_name = "g"}));
    EXPECT_EQ(error<GetLogEvents>({.log_group_identifier = "arn:aws:logs:us-east-1:000000000000:log-group:g",
                                   .log_stream_name = "s"}),
              "ResourceNotFoundException: The specified log group does not exist.");
}

TEST_F(LogsTest, ResetForgetsAndStaysUsable) {
    make_stream();
    service_->log_sink().write(line("lost"));
    service_->reset();
    store_.clear([](Result<>) {});
    home_.advance(kFlushDelay);
    EXPECT_EQ(call<DescribeLogGroups>({})->log_groups->size(), 0u);
}

TEST_F(LogsTest, GroupsComeFromTemplates) {
    auto& provider = service_->resource_provider();
    ports::ResourceRequest request{
        .context = context_, .type = "AWS::Logs::LogGroup", .generated_name = "st-g-1"};
    request.properties =
        codec::parse_json(R"({"RetentionInDays":"14","Tags":[{"Key":"a","Value":"b"}]})")->get_object();
    std::optional<aws::Outcome<ports::Resource>> made;
    provider.create(request, [&](auto outcome) { made = std::move(outcome); });
    home_.run_ready();
    ASSERT_TRUE(made && *made);
    EXPECT_EQ((*made)->physical_id, "st-g-1");
    EXPECT_EQ((*made)->attributes.at("Arn"), "arn:aws:logs:us-east-1:000000000000:log-group:st-g-1:*");
    request.properties = codec::parse_json(R"({"RetentionInDays":30})")->get_object();
    provider.update(request, "st-g-1", {}, [&](auto outcome) { made = std::move(outcome); });
    home_.run_ready();
    EXPECT_EQ(call<DescribeLogGroups>({})->log_groups->at(0).retention_in_days, 30);
    request.properties = codec::parse_json(R"({"DeletionProtectionEnabled":"true"})")->get_object();
    provider.update(request, "st-g-1", {}, [&](auto outcome) { made = std::move(outcome); });
    home_.run_ready();
    open();
    EXPECT_EQ(error<DeleteLogGroup>({.log_group_name = "st-g-1"}),
              "ValidationException: Cannot delete log group with deletion protection enabled. Disable "
              "deletion protection first.");
    request.properties.clear();
    service_->resource_provider().update(request, "st-g-1", {},
                                         [&](auto outcome) { made = std::move(outcome); });
    home_.run_ready();
    int removed = 0;
    for (int i = 0; i < 2; ++i)
        service_->resource_provider().remove(request, "st-g-1",
                                             [&](auto outcome) { removed += outcome ? 1 : 0; });
    home_.run_ready();
    EXPECT_EQ(removed, 2);
}

}  // namespace
}  // namespace millrace::logs
