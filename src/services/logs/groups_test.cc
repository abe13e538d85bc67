#include "codec/json.h"
#include "services/logs/limits.h"
#include "services/logs/names.h"
#include "services/logs/service_fixture.h"

namespace millrace::logs {
namespace {

using testing::ElementsAre;
using namespace api::logs;  // NOLINT: the operations under test

using GroupsTest = ServiceFixture;

TEST_F(GroupsTest, WhatACrashLeavesOfADeletedStreamIsGivenBack) {
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

TEST_F(GroupsTest, GroupsAreCreatedDescribedAndDeleted) {
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

TEST_F(GroupsTest, ConcurrentCreationsAreDecidedOneAfterAnother) {
    std::vector<bool> created;
    for (int i = 0; i < 3; ++i) {
        registry_->invoke<CreateLogGroup>(context_, {.log_group_name = "g"},
                                          [&](auto outcome) { created.push_back(outcome.has_value()); });
    }
    home_.run_ready();
    EXPECT_THAT(created, ElementsAre(true, false, false));
}

TEST_F(GroupsTest, RetentionHidesAtOnceAndTrimsLater) {
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

TEST_F(GroupsTest, ScopesAreApart) {
    make_stream();
    context_.scope.region = "eu-west-1";
    EXPECT_EQ(call<DescribeLogGroups>({})->log_groups->size(), 0u);
    EXPECT_TRUE(call<CreateLogGroup>({.log_group_name = "g"}));
    EXPECT_EQ(error<GetLogEvents>({.log_group_identifier = "arn:aws:logs:us-east-1:000000000000:log-group:g",
                                   .log_stream_name = "s"}),
              "ResourceNotFoundException: The specified log group does not exist.");
}

TEST_F(GroupsTest, AStreamOfATemplateIsFoundWhenItsAnswerWasLost) {
    make_stream("other");
    auto& provider = service_->resource_provider();
    ports::ResourceRequest request{.context = context_,
                                   .type = "AWS::Logs::LogStream",
                                   .generated_name = "st-s-1",
                                   .properties = {{"LogGroupName", "g"}, {"LogStreamName", "s"}},
                                   .begun = clock_.now()};
    EXPECT_EQ(provider.find_unanswered(request), "");
    provider.create(request, [](auto) {});
    home_.run_ready();
    EXPECT_EQ(provider.find_unanswered(request), "s");
    clock_.advance(Seconds{1});
    request.begun = clock_.now();
    EXPECT_EQ(provider.find_unanswered(request), "") << "it was there before";
}

TEST_F(GroupsTest, GroupsComeFromTemplates) {
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
