#include <cerrno>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/journal/journal_world.h"

namespace millrace::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Snapshot = std::vector<files::SnapshotFile>;

constexpr LogId kLog{1};

class JournalBackupTest : public testing::Test {
  protected:
    JournalBackupTest() {
        world_.segment_bytes = 4096;
        world_.recent_bytes_max = 0;
        EXPECT_TRUE(world_.open());
    }

    void fill(std::size_t entries) {
        for (std::size_t i = 0; i < entries; ++i) {
            ASSERT_TRUE(world_.append(kLog, {fmt::format("{:0>500}", appended_++)}));
        }
    }

    /// A journal made of the snapshot must hold the first so many of what fill() appended.
    void expect_holds(const Snapshot& snapshot, std::size_t entries) {
        JournalWorld copy;
        copy.segment_bytes = world_.segment_bytes;
        const auto copied = copy.copy(world_.files, "/snapshot", snapshot);
        ASSERT_TRUE(copied) << copied.error().message;
        const auto opened = copy.open();
        ASSERT_TRUE(opened) << opened.error().message;
        const auto found = copy.payloads(kLog);
        ASSERT_EQ(found.size(), entries);
        for (std::size_t i = 0; i < entries; ++i) ASSERT_EQ(found[i], fmt::format("{:0>500}", i));
        // It is a journal like any other.
        ASSERT_TRUE(copy.append(kLog, {"goes on"}));
        ASSERT_TRUE(copy.crash_and_reopen());
        EXPECT_THAT(copy.payloads(kLog, Offset{entries}), ElementsAre("goes on"));
    }

    JournalWorld world_;
    std::size_t appended_ = 0;
};

TEST_F(JournalBackupTest, WhatIsAppendedLaterIsNotInIt) {
    fill(30);
    const auto snapshot = world_.snapshot("/snapshot");
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    EXPECT_EQ(snapshot->size(), world_.segments().size());
    fill(3);  // into the same segment
    expect_holds(*snapshot, 30);
}

TEST_F(JournalBackupTest, AnEmptyJournalCanBeCopied) {
    const auto snapshot = world_.snapshot("/snapshot");
    ASSERT_TRUE(snapshot);
    expect_holds(*snapshot, 0);
}

TEST_F(JournalBackupTest, FilesStayAlthoughTheJournalRemovesThem) {
    fill(60);
    const auto snapshot = world_.snapshot("/snapshot");
    ASSERT_TRUE(snapshot);
    ASSERT_TRUE(world_.trim(kLog, Offset{60}));
    ASSERT_TRUE(world_.clear());
    EXPECT_THAT(world_.segments(), SizeIs(1)) << "their first names are gone";
    expect_holds(*snapshot, 60);
}

TEST_F(JournalBackupTest, ArchiveFilesAndSegmentsTogetherAreWhole) {
    world_.archive = {.segments_kept = 1, .segments_per_pass = 2, .files_per_merge = 3};
    ASSERT_TRUE(world_.close_and_reopen());
    fill(80);
    ASSERT_FALSE(world_.archives().empty());
    const auto snapshot = world_.snapshot("/snapshot");
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->size(), world_.segments().size() + world_.archives().size());
    fill(80);  // which archives and merges what was copied
    expect_holds(*snapshot, 80);
}

TEST_F(JournalBackupTest, AJournalThatRefusesWritesCanBeCopied) {
    fill(20);
    world_.files.fail_call(2, EIO);  // the sync
    ASSERT_FALSE(world_.append(kLog, {"refused"}));
    ASSERT_EQ(world_.journal->health().state, JournalState::kFailed);
    const auto snapshot = world_.snapshot("/snapshot");
    ASSERT_TRUE(snapshot);
    JournalWorld copy;
    ASSERT_TRUE(copy.copy(world_.files, "/snapshot", *snapshot));
    ASSERT_TRUE(copy.open());
    EXPECT_GE(copy.payloads(kLog).size(), 20u);
}

TEST_F(JournalBackupTest, ErrorsAreToldAndHarmNothing) {
    fill(30);
    for (std::uint64_t call = 1;; ++call) {
        const std::string directory = fmt::format("/snapshot-{}", call);
        world_.files.fail_call(call, EIO);
        const auto snapshot = world_.snapshot(directory);
        world_.files.fail_call(0, 0);
        fill(1);
        if (snapshot) {
            EXPECT_GT(call, 5u);
            break;
        }
        EXPECT_THAT(snapshot.error().message, HasSubstr(directory));
    }
    Result<Snapshot> again;
    world_.journal->snapshot("/nowhere", [&](auto result) { again = std::move(result); });
    world_.settle();
    EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
    const std::size_t entries = appended_;
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kLog), SizeIs(entries));
}

TEST_F(JournalBackupTest, NothingIsAnsweredWhenTheJournalGoes) {
    ASSERT_TRUE(world_.files.create_directory("/snapshot"));
    bool answered = false;
    world_.journal->snapshot("/snapshot", [&](const auto&) { answered = true; });
    world_.journal.reset();
    world_.home.run_ready();
    EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace millrace::storage
