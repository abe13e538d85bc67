#include "storage/journal/journal.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "files/helpers.h"
#include "storage/binary.h"
#include "storage/journal/frame.h"
#include "storage/journal/journal_world.h"
#include "storage/journal/segment_format.h"

namespace millrace::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr LogId kA{1};
constexpr LogId kB{2};

class JournalTest : public testing::Test {
  protected:
    JournalTest() { world_.segment_bytes = 2048; }

    void open() {
        const auto opened = world_.open();
        ASSERT_TRUE(opened) << opened.error().message;
    }

    std::string contents(const std::string& path) { return files::read_file(world_.files, path).value(); }
    void overwrite(const std::string& path, std::string_view bytes) {
        ASSERT_TRUE(files::write_file(world_.files, path, bytes));
    }
    std::string open_error() {
        const auto opened = world_.close_and_reopen();
        return opened ? "opened" : opened.error().message;
    }

    JournalWorld world_;
};

TEST_F(JournalTest, OpensAnEmptyDirectoryAndFindsEverythingAgain) {
    open();
    ASSERT_TRUE(world_.append(kA, {"one", "two"}));
    ASSERT_TRUE(world_.append(kB, {std::string(100'000, 'b')}));
    ASSERT_TRUE(world_.append(kA, {""}));
    for (int restart = 0; restart < 3; ++restart) {
        ASSERT_TRUE(world_.close_and_reopen());
        EXPECT_THAT(world_.payloads(kA), ElementsAre("one", "two", ""));
        EXPECT_THAT(world_.payloads(kB), ElementsAre(std::string(100'000, 'b')));
    }
    EXPECT_EQ(world_.append(kA, {"four"})->front(), Offset{3});
}

TEST_F(JournalTest, TimesStayInOrderAcrossARestart) {
    open();
    const WallTime late = world_.clock.now() + Milliseconds{1000};
    world_.journal->append({{kA, late, SharedBytes{"x"}}}, [](const auto&) {});
    world_.settle();
    ASSERT_TRUE(world_.trim(kA, Offset{1}));
    ASSERT_TRUE(world_.close_and_reopen());
    ASSERT_TRUE(world_.append(kA, {"y"}));
    EXPECT_EQ(world_.read(kA)->front().time, late);
}

TEST_F(JournalTest, EverythingThatWaitsIsOneCommit) {
    world_.segment_bytes = kSegmentBytes;
    open();
    int answered = 0;
    for (int i = 0; i < 100; ++i)
        world_.journal->append({{kA, {}, SharedBytes{"x"}}},
                               [&](const auto& result) { answered += result ? 1 : 0; });
    world_.settle();
    EXPECT_EQ(answered, 100);
    EXPECT_EQ(world_.journal->stats().syncs, 1u);
    EXPECT_EQ(world_.journal->stats().commits, 1u);
    EXPECT_EQ(world_.journal->stats().entries, 100u);
}

TEST_F(JournalTest, BeyondTheQueueLimitAppendsAreRefusedInTurn) {
    world_.queue_bytes_max = 1000;
    open();
    std::string order;
    const auto append = [&](std::size_t size) {
        world_.journal->append(
            {{kA, {}, SharedBytes{std::string(size, 'x')}}}, [&](const Result<std::vector<Offset>>& result) {
                order += result ? 'y' : result.error().code == ErrorCode::kResourceExhausted ? 'n' : '?';
            });
    };
    append(1000 - 2 * kQueuedEntryBytes);  // both fill the queue to the limit
    append(0);
    append(0);
    world_.settle();
    EXPECT_EQ(order, "yyn");
    append(2000);  // alone it may be larger
    world_.settle();
    EXPECT_EQ(order, "yyny");
    EXPECT_EQ(world_.journal->stats().queued_bytes, 0u);
}

TEST_F(JournalTest, SegmentsRollAndGoWhenNothingInThemLives) {
    open();
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(world_.append(kA, {std::string(500, 'a')}));
    const std::size_t many = world_.segments().size();
    EXPECT_GT(many, 8u);
    ASSERT_TRUE(world_.append(kB, {"keeps its segment"}));
    ASSERT_TRUE(world_.append(kA, {std::string(3000, 'a')}));
    ASSERT_TRUE(world_.trim(kA, Offset{20}));
    EXPECT_LT(world_.segments().size(), many);
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_EQ(world_.payloads(kA).size(), 21u);
    ASSERT_TRUE(world_.remove(kA));
    ASSERT_TRUE(world_.append(kB, {"more"}));
    EXPECT_LE(world_.segments().size(), 3u);
    EXPECT_THAT(world_.payloads(kB), ElementsAre("keeps its segment", "more"));
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kB), ElementsAre("keeps its segment", "more"));
    EXPECT_EQ(world_.journal->end(kA), Offset{0});
    EXPECT_EQ(world_.journal->stats().segments, world_.segments().size());
}

TEST_F(JournalTest, ATrimmedLogKeepsItsEnd) {
    open();
    ASSERT_TRUE(world_.append(kA, {"x", "y"}));
    ASSERT_TRUE(world_.trim(kA, Offset{2}));
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(world_.append(kB, {std::string(1500, 'b')}));
    ASSERT_TRUE(world_.trim(kB, Offset{9}));
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_EQ(world_.journal->begin(kA), Offset{2});
    EXPECT_EQ(world_.append(kA, {"z"})->front(), Offset{2});
}

TEST_F(JournalTest, StartReadsOnlyWhatItNeeds) {
    open();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(world_.append(kA, {std::string(900, 'a')}));
    const auto segments = world_.segments();
    // Data of a sealed segment is not read at start; only a reader finds that it is damaged, and says where.
    world_.files.damage(segments[3], 200);
    ASSERT_TRUE(world_.close_and_reopen());
    const auto all = world_.read(kA);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, ErrorCode::kCorruption);
    EXPECT_THAT(all.error().message, HasSubstr(segments[3] + " is damaged at byte "));
    EXPECT_EQ(world_.payloads(kA, Offset{50}).size(), 50u);
}

TEST_F(JournalTest, ATornTailIsCutWhereverItIsTorn) {
    world_.segment_bytes = kSegmentBytes;
    open();
    ASSERT_TRUE(world_.append(kA, {"first", "second"}));
    const std::string path = world_.segments().front();
    const std::size_t before = contents(path).size();
    ASSERT_TRUE(world_.append(kA, {"third", "fourth"}));
    const std::string whole = contents(path);
    world_.journal.reset();
    for (std::size_t size = before; size < whole.size(); ++size) {
        overwrite(path, whole.substr(0, size));
        world_.forget_head();
        open();
        const auto found = world_.payloads(kA);
        ASSERT_GE(found.size(), 2u);
        ASSERT_LE(found.size(), 3u);
        EXPECT_EQ(world_.append(kA, {"next"})->front().value(), found.size());
        world_.journal.reset();
    }
    // Torn in the middle of what was written with one sync: the frame behind is part of the same write.
    std::string torn = whole;
    torn[before + 20] ^= 1;
    overwrite(path, torn);
    world_.forget_head();
    open();
    EXPECT_THAT(world_.payloads(kA), ElementsAre("first", "second"));
}

TEST_F(JournalTest, DamageWithDurableDataBehindItIsReportedWithItsPlace) {
    open();
    ASSERT_TRUE(world_.append(kA, {"first"}));
    const std::string path = world_.segments().front();
    const std::size_t second = contents(path).size();
    ASSERT_TRUE(world_.append(kA, {"second"}));
    ASSERT_TRUE(world_.append(kA, {"third"}));
    world_.journal.reset();
    const std::string whole = contents(path);
    for (const std::size_t place :
         {second, second + 5, second + 9, second + 20, second + kFrameHeaderBytes}) {
        std::string damaged = whole;
        damaged[place] ^= 0x40;
        overwrite(path, damaged);
        EXPECT_THAT(open_error(), HasSubstr(path + " is damaged at byte " + std::to_string(second))) << place;
    }
    for (const std::size_t place : {0u, 8u, 16u, 30u}) {
        std::string damaged = whole;
        damaged[place] ^= 0x40;
        overwrite(path, damaged);
        EXPECT_THAT(open_error(), testing::AnyOf(HasSubstr("damaged at byte"), HasSubstr("format version")))
            << place;
    }
    overwrite(path, whole);
    EXPECT_EQ(open_error(), "opened");
}

TEST_F(JournalTest, AnEntryThatLooksLikeAJournalIsOnlyAnEntry) {
    open();
    ASSERT_TRUE(world_.append(kA, {"x"}));
    ASSERT_TRUE(world_.append(kA, {"y"}));
    const std::string path = world_.segments().front();
    const std::string journal = contents(path);
    const std::size_t before = journal.size();
    ASSERT_TRUE(world_.append(kA, {journal}));
    const std::string whole = contents(path);
    world_.journal.reset();
    overwrite(path, whole.substr(0, whole.size() - 1));
    world_.forget_head();
    EXPECT_EQ(open_error(), "opened");
    EXPECT_EQ(contents(path).size(), before);
}

TEST_F(JournalTest, AMissingSegmentIsNoticed) {
    open();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(world_.append(kA, {std::string(900, 'a')}));
    world_.journal.reset();
    ASSERT_TRUE(world_.files.remove(world_.segments()[2]));
    EXPECT_THAT(open_error(), HasSubstr("of log 1 are missing: has a file been removed from /data/journal"));
}

TEST_F(JournalTest, ANewerFormatIsRefusedWithASentence) {
    open();
    world_.journal.reset();
    const std::string path = world_.segments().front();
    std::string header = "MILLRACE";
    put(header, std::uint32_t{3});
    put(header, crc32c(header + std::string(8, '\0')));  // of the base, 0
    std::string bytes = contents(path);
    bytes.replace(0, header.size(), header);
    overwrite(path, bytes);
    EXPECT_EQ(open_error(),
              path +
                  " has format version 3, and this millrace reads up to 2: use the newer millrace that "
                  "wrote it");
}

TEST_F(JournalTest, TheDirectoryBelongsToOneProcess) {
    open();
    JournalWorld other;
    const auto second = Journal::open({.directory = "/data",
                                       .files = world_.files,
                                       .home = world_.home,
                                       .clock = world_.clock,
                                       .start_worker = world_.workers.starter()});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(second.error().message, "data directory /data is in use by another millrace (pid 4711)");
}

TEST_F(JournalTest, WhatIsInTheWayIsSaidInOneSentence) {
    const auto open_at = [&](const std::string& directory) {
        return Journal::open({.directory = directory,
                              .files = world_.files,
                              .home = world_.home,
                              .clock = world_.clock,
                              .start_worker = world_.workers.starter()})
            .error()
            .message;
    };
    EXPECT_EQ(open_at("/no/data"), "cannot use data directory /no/data: its parent /no does not exist");
    ASSERT_TRUE(files::write_file(world_.files, "/file", "x"));
    EXPECT_EQ(open_at("/file"), "cannot use data directory /file: /file is not a directory");
    world_.files.fail_call(3, EROFS);
    EXPECT_EQ(open_at("/data"),
              "cannot use data directory /data: cannot create directory /data: Read-only file system");
    ASSERT_TRUE(world_.files.create_directory("/data"));
    world_.files.fail_call(2, EACCES, 2);
    EXPECT_EQ(open_at("/data"),
              "cannot use data directory /data: cannot create /data/lock: Permission denied");
    world_.files.set_capacity(world_.files.used());
    EXPECT_THAT(open_at("/data"), HasSubstr("No space left on device"));
    world_.files.set_capacity(~0ULL);
    open();
    EXPECT_THAT(world_.segments(), ElementsAre("/data/journal/00000000000000000000.segment"));
}

TEST_F(JournalTest, AFullDiskRefusesWritesUntilThereIsSpace) {
    open();
    ASSERT_TRUE(world_.append(kA, {"before"}));
    world_.files.set_capacity(world_.files.used() + 100);
    const auto refused = world_.append(kA, {std::string(200, 'x')});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("No space left on device"));
    EXPECT_EQ(world_.journal->health().state, JournalState::kDiskFull);
    EXPECT_FALSE(world_.append(kB, {std::string(200, 'x')}));
    EXPECT_THAT(world_.payloads(kA), ElementsAre("before"));
    world_.files.set_capacity(~0ULL);
    EXPECT_EQ(world_.append(kA, {"after"})->front(), Offset{1});
    EXPECT_EQ(world_.journal->health().state, JournalState::kHealthy);
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kA), ElementsAre("before", "after"));
    EXPECT_EQ(world_.journal->end(kB), Offset{0});
}

TEST(JournalSeeds, ARemovedLogThatAFullDiskRefusedDoesNotComeBack) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        JournalWorld world{seed};
        ASSERT_TRUE(world.open());
        world.files.set_capacity(world.files.used() + 200);
        ASSERT_FALSE(world.append(kA, {"fits", std::string(1000, 'x')}));
        ASSERT_TRUE(world.remove(kA));  // nobody has heard of it
        ASSERT_TRUE(world.crash_and_reopen());
        EXPECT_EQ(world.journal->end(kA), Offset{0}) << "seed " << seed;
    }
}

TEST_F(JournalTest, ADiskThatFillsUpAtARollIsNoHarm) {
    open();
    for (std::uint64_t room = 0; room < 3000; room += 37) {
        world_.files.set_capacity(world_.files.used() + room);
        while (world_.append(kA, {std::string(300, 'x')})) continue;
        EXPECT_EQ(world_.journal->health().state, JournalState::kDiskFull);
        world_.files.set_capacity(~0ULL);
        ASSERT_TRUE(world_.append(kA, {"y"}));
    }
    const auto before = world_.payloads(kA);
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_EQ(world_.payloads(kA), before);
}

TEST_F(JournalTest, AfterAFailedSyncNothingIsAcceptedUntilARestart) {
    open();
    ASSERT_TRUE(world_.append(kA, {"before"}));
    world_.files.fail_call(4, EIO);  // the write goes well, its sync does not
    const auto refused = world_.append(kA, {"lost"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("until millrace is restarted: cannot sync"));
    EXPECT_EQ(world_.append(kB, {"x"}).error().code, ErrorCode::kUnavailable);
    EXPECT_FALSE(world_.trim(kA, Offset{1}));
    EXPECT_FALSE(world_.remove(kB));
    EXPECT_FALSE(world_.clear());
    EXPECT_EQ(world_.journal->health().state, JournalState::kFailed);
    EXPECT_THAT(world_.journal->health().reason, HasSubstr("Input/output error"));
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_EQ(world_.journal->health().state, JournalState::kHealthy);
    EXPECT_EQ(world_.payloads(kA).front(), "before");
    EXPECT_TRUE(world_.append(kA, {"after"}));
}

// Whatever call fails, with whatever errno: no crash, no wrong answer, and all is well after a restart.
TEST_F(JournalTest, AnyCallMayFail) {
    for (const int errno_value : {EIO, ENOSPC, EACCES}) {
        bool failed_within = true;
        for (std::uint64_t n = 1; failed_within; ++n) {
            ASSERT_LT(n, 500u);
            JournalWorld world{n};
            world.segment_bytes = 600;
            world.recent_bytes_max = 0;
            world.files.fail_call(n, errno_value);
            std::vector<std::string> acknowledged;
            if (world.open()) {
                for (int i = 0; i < 12; ++i) {
                    const std::string payload = std::to_string(i) + std::string(100, 'x');
                    if (world.append(kA, {payload})) acknowledged.push_back(payload);
                    if (world.append(kB, {payload}) && i % 3 == 2)
                        static_cast<void>(world.trim(kB, Offset{4}));
                    if (const auto read = world.read(kA)) {
                        EXPECT_EQ(read->size(), acknowledged.size());
                    }
                }
                static_cast<void>(world.clear());
                if (world.journal->end(kA) == Offset{0}) acknowledged.clear();
            }
            failed_within = world.files.calls() >= n;
            world.files.fail_call(0, 0);
            ASSERT_TRUE(world.crash_and_reopen()) << n;
            const auto found = world.payloads(kA);
            // A clear that was refused may have been made all the same.
            ASSERT_TRUE(found.empty() || found.size() >= acknowledged.size()) << n;
            ASSERT_TRUE(world.append(kA, {"again"}));
        }
    }
}

TEST_F(JournalTest, ClearSurvivesACrashAtAnyTime) {
    for (std::uint64_t seed = 1; seed < 200; ++seed) {
        JournalWorld world{seed};
        world.segment_bytes = 1000;
        ASSERT_TRUE(world.open());
        for (int i = 0; i < 10; ++i) ASSERT_TRUE(world.append(kA, {std::string(300, 'x')}));
        bool cleared = false;
        world.journal->clear([&](const Result<>& result) { cleared = result.has_value(); });
        for (std::uint64_t steps = seed % 5; steps > 0; --steps) {
            world.workers.run_one(world.random);
            world.home.run_ready();
        }
        ASSERT_TRUE(world.crash_and_reopen());
        const std::size_t found = world.payloads(kA).size();
        if (cleared) EXPECT_EQ(found, 0u) << seed;
        EXPECT_TRUE(found == 0 || found == 10) << seed;
        ASSERT_TRUE(world.append(kA, {"x"}));
    }
}

TEST_F(JournalTest, ClearLeavesOneSegment) {
    open();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(world_.append(kA, {std::string(900, 'a')}));
    ASSERT_TRUE(world_.clear());
    EXPECT_EQ(world_.segments().size(), 1u);
    EXPECT_EQ(world_.journal->stats().logs, 0u);
    EXPECT_EQ(world_.journal->stats().segments, 1u);
    EXPECT_EQ(world_.append(kA, {"x"})->front(), Offset{0});
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_THAT(world_.payloads(kA), ElementsAre("x"));
}

TEST_F(JournalTest, WithAnIntervalTheSyncComesLater) {
    world_.fsync = {FsyncMode::When::kInterval, Milliseconds{50}};
    open();
    const std::uint64_t syncs = world_.journal->stats().syncs;
    ASSERT_TRUE(world_.append(kA, {"x"}));
    ASSERT_TRUE(world_.append(kA, {"y"}));
    EXPECT_EQ(world_.journal->stats().syncs, syncs);
    world_.home.advance(Milliseconds{50});
    world_.settle();
    EXPECT_EQ(world_.journal->stats().syncs, syncs + 1);
    world_.home.advance(Milliseconds{500});
    world_.settle();
    EXPECT_EQ(world_.journal->stats().syncs, syncs + 1);
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kA), ElementsAre("x", "y"));
}

TEST_F(JournalTest, WithAnIntervalACrashLosesOnlyTheEnd) {
    for (std::uint64_t seed = 1; seed < 300; ++seed) {
        JournalWorld world{seed};
        world.fsync = {FsyncMode::When::kInterval, Milliseconds{50}};
        world.segment_bytes = 1500;
        ASSERT_TRUE(world.open());
        std::size_t durable = 0;
        for (int i = 0; i < 30; ++i) {
            ASSERT_TRUE(world.append(kA, {std::to_string(i) + std::string(world.random.next() % 200, 'x')}));
            if (world.random.next() % 10 != 0) continue;
            world.home.advance(Milliseconds{50});
            world.settle();
            durable = static_cast<std::size_t>(i) + 1;
            if (world.random.next() % 3 == 0) static_cast<void>(world.trim(kA, Offset{durable / 2}));
        }
        const auto reopened = world.crash_and_reopen();
        ASSERT_TRUE(reopened) << seed << ": " << reopened.error().message;
        EXPECT_GE(world.journal->end(kA).value(), durable) << seed;
        ASSERT_TRUE(world.read(kA)) << seed;
    }
}

TEST_F(JournalTest, WithoutSyncsAKillLosesNothing) {
    world_.fsync = {FsyncMode::When::kNever};
    open();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(world_.append(kA, {std::string(500, 'x')}));
    EXPECT_EQ(world_.journal->stats().syncs, 0u);
    ASSERT_TRUE(world_.kill_and_reopen());
    EXPECT_EQ(world_.payloads(kA).size(), 20u);
}

TEST_F(JournalTest, DestructionWritesWhatIsQueued) {
    open();
    bool answered = false;
    world_.journal->append({{kA, {}, SharedBytes{"queued"}}}, [&](const auto&) { answered = true; });
    world_.journal.reset();
    world_.settle();
    EXPECT_FALSE(answered);
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kA), ElementsAre("queued"));
}

TEST_F(JournalTest, ACallbackMayDestroyTheJournal) {
    open();
    world_.journal->append({{kA, {}, SharedBytes{"x"}}}, [&](const auto&) { world_.journal.reset(); });
    world_.journal->append({{kA, {}, SharedBytes{"y"}}}, [](const auto&) { FAIL(); });
    world_.settle();
    EXPECT_EQ(world_.journal, nullptr);
}

TEST_F(JournalTest, MemoryForRecentEntriesIsBounded) {
    world_.recent_bytes_max = 10'000;
    open();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(world_.append(i % 2 == 0 ? kA : kB, {std::string(1000, 'x')}));
    EXPECT_LE(world_.journal->stats().recent_bytes, 10'000u);
    EXPECT_EQ(world_.payloads(kA).size(), 25u);
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(world_.append(kA, {"x"}));
        ASSERT_TRUE(world_.trim(kA, world_.journal->end(kA)));
    }
    EXPECT_LE(world_.journal->stats().recent_bytes, 10'000u);
}

// The bytes of docs/formats/journal.md, written out: a change here is a change of the format.

}  // namespace
}  // namespace millrace::storage
