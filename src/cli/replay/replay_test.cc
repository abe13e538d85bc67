#include <gtest/gtest.h>

#include "cli/replay/checkpoint.h"
#include "cli/replay/shard_replay.h"
#include "cli/replay/shard_schedule.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

TEST(ShardSchedule, ParentsComeBeforeTheirChildren) {
    ShardSchedule schedule({{.id = "merged", .parents = {"a", "b"}},
                            {.id = "a", .parents = {"gone"}},
                            {.id = "b", .parents = {}},
                            {.id = "grandchild", .parents = {"merged"}}});
    EXPECT_EQ(schedule.take(), "a") << "its parent is no longer kept";
    EXPECT_EQ(schedule.take(), "b");
    EXPECT_EQ(schedule.take(), std::nullopt);
    schedule.finish("a");
    EXPECT_EQ(schedule.take(), std::nullopt) << "b is not finished";
    schedule.finish("b");
    EXPECT_EQ(schedule.take(), "merged");
    EXPECT_FALSE(schedule.is_exhausted());
    schedule.finish("merged");
    EXPECT_EQ(schedule.take(), "grandchild");
    EXPECT_TRUE(schedule.is_exhausted());
}

std::vector<StreamRecord> records(std::initializer_list<const char*> numbers) {
    std::vector<StreamRecord> made;
    for (const char* number : numbers)
        made.push_back({.sequence_number = number, .partition_key = {}, .arrival = {}, .data = {}});
    return made;
}

TEST(TakenByAnswer, EndsBeforeTheFirstFailure) {
    const auto batch = records({"1", "2", "3"});
    EXPECT_EQ(taken_by_answer("null", batch), 3U);
    EXPECT_EQ(taken_by_answer("", batch), 3U);
    EXPECT_EQ(taken_by_answer(R"({"batchItemFailures":[]})", batch), 3U);
    EXPECT_EQ(
        taken_by_answer(R"({"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]})", batch),
        1U);
    EXPECT_EQ(taken_by_answer(R"({"batchItemFailures":[{"itemIdentifier":"4"}]})", batch), 0U);
    EXPECT_EQ(taken_by_answer(R"({"batchItemFailures":[{"itemIdentifier":""}]})", batch), 0U);
    EXPECT_EQ(taken_by_answer(R"({"batchItemFailures":[{}]})", batch), 0U);
}

class CheckpointTest : public ::testing::Test {
  protected:
    Result<ReplayCheckpoint> open(std::string stream = "s", std::string function = "f") {
        return ReplayCheckpoint::open(files_, path_, std::move(stream), std::move(function));
    }

    files::PosixFileSystem files_;
    files::TemporaryDirectory folder_;
    const std::string path_ = folder_.path() + "/replay.json";
};

TEST_F(CheckpointTest, ComesBack) {
    auto checkpoint = open();
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->taken("shard"), std::nullopt);
    checkpoint->take("shard", "12");
    ASSERT_TRUE(checkpoint->save());
    EXPECT_EQ(open()->taken("shard"), "12");
}

TEST_F(CheckpointTest, OfAnotherReplayIsRefused) {
    ASSERT_TRUE(open()->save());
    EXPECT_EQ(open("other").error().message,
              path_ + " is the checkpoint of a replay of s through f; name another file");
    EXPECT_FALSE(open("s", "f:2"));
}

TEST_F(CheckpointTest, AnythingElseIsRefused) {
    for (const char* text : {"", "{}", "[]", "nothing", R"({"stream":"s","function":"f","shards":[]})"}) {
        ASSERT_TRUE(files::write_file(files_, path_, text));
        EXPECT_EQ(open().error().message, path_ + " is not the checkpoint of a replay") << text;
    }
}

}  // namespace
}  // namespace millrace::cli
