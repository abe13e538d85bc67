#include <cerrno>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/archive/archiver.h"
#include "storage/journal/journal_world.h"
#include "storage/journal/segment_reader.h"

namespace millrace::storage {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr LogId kBusy{1};
constexpr LogId kQuiet{2};

class JournalArchiveTest : public testing::Test {
  protected:
    JournalArchiveTest() {
        world_.segment_bytes = 4096;
        world_.recent_bytes_max = 0;
        world_.archive = {.segments_kept = 1,
                          .segments_per_pass = 2,
                          .files_per_merge = 3,
                          .own_file_payload_bytes = 3000,
                          .own_file_stored_bytes = 3000};
        const auto opened = world_.open();
        EXPECT_TRUE(opened) << opened.error().message;
    }

    static std::string busy_payload(std::size_t number) { return fmt::format("{:0>500}", number); }

    /// Entries of the busy log, and one of the quiet one after every tenth.
    void fill(std::size_t entries) {
        for (std::size_t i = 0; i < entries; ++i) {
            ASSERT_TRUE(world_.append(kBusy, {busy_payload(busy_++)}));
            world_.clock.advance(Milliseconds{1});
            if (busy_ % 10 == 0) ASSERT_TRUE(world_.append(kQuiet, {std::to_string(quiet_++)}));
        }
    }

    void expect_all(std::size_t busy_begin = 0) {
        const auto busy = world_.payloads(kBusy);
        ASSERT_EQ(busy.size(), busy_ - busy_begin);
        for (std::size_t i = 0; i < busy.size(); ++i) ASSERT_EQ(busy[i], busy_payload(busy_begin + i));
        const auto quiet = world_.payloads(kQuiet);
        ASSERT_EQ(quiet.size(), quiet_);
        for (std::size_t i = 0; i < quiet.size(); ++i) ASSERT_EQ(quiet[i], std::to_string(i));
    }

    JournalWorld world_;
    std::size_t busy_ = 0;
    std::size_t quiet_ = 0;
};

TEST_F(JournalArchiveTest, OldSegmentsMoveToArchiveFiles) {
    fill(200);
    EXPECT_LE(world_.segments().size(), 4u);
    EXPECT_GT(world_.archives().size(), 4u);
    EXPECT_EQ(world_.journal->stats().archive_files, world_.archives().size());
    expect_all();
    ASSERT_TRUE(world_.close_and_reopen());
    expect_all();
    ASSERT_TRUE(world_.crash_and_reopen());
    expect_all();
}

TEST_F(JournalArchiveTest, AReadMayBeginAndEndAnywhere) {
    fill(120);
    for (std::size_t from = 0; from < 120; from += 7) {
        const auto some = world_.payloads(kBusy, Offset{from}, {.entries = 5});
        ASSERT_EQ(some.size(), std::min<std::size_t>(5, 120 - from));
        for (std::size_t i = 0; i < some.size(); ++i) ASSERT_EQ(some[i], busy_payload(from + i));
    }
}

TEST_F(JournalArchiveTest, TimesAreFoundInTheArchive) {
    const WallTime start = world_.clock.now();
    fill(150);
    ASSERT_TRUE(world_.close_and_reopen());
    for (std::uint64_t i = 0; i < 150; ++i)
        ASSERT_EQ(world_.find_time(kBusy, start + Milliseconds{static_cast<std::int64_t>(i)}), Offset{i});
}

TEST_F(JournalArchiveTest, RetentionDropsWholeFilesAndKeepsTheOthers) {
    fill(200);
    const std::size_t files = world_.archives().size();
    ASSERT_TRUE(world_.trim(kBusy, Offset{150}));
    EXPECT_LT(world_.archives().size(), files / 2);
    expect_all(150);
    ASSERT_TRUE(world_.crash_and_reopen());
    expect_all(150);
}

TEST_F(JournalArchiveTest, ADeletedLogGivesItsSpaceBack) {
    fill(300);
    ASSERT_GT(world_.archives().size(), 10u);
    ASSERT_TRUE(world_.remove(kBusy));
    EXPECT_LE(world_.archives().size(), 4u);
    EXPECT_LE(world_.journal->stats().disk_bytes, 3 * world_.segment_bytes);
    EXPECT_EQ(world_.payloads(kQuiet).size(), quiet_);
}

TEST_F(JournalArchiveTest, SmallLogsShareFilesThatAreMerged) {
    world_.archive.own_file_payload_bytes = world_.archive.own_file_stored_bytes = 1'000'000;
    ASSERT_TRUE(world_.close_and_reopen());
    fill(1000);
    EXPECT_LE(world_.archives().size(), 12u);  // of about 60 passes
    expect_all();
    ASSERT_TRUE(world_.crash_and_reopen());
    expect_all();
}

TEST_F(JournalArchiveTest, ASharedFileOfWhichLittleLivesIsRewritten) {
    world_.archive.own_file_payload_bytes = world_.archive.own_file_stored_bytes = 1'000'000;
    ASSERT_TRUE(world_.close_and_reopen());
    fill(100);
    ASSERT_TRUE(world_.trim(kBusy, Offset{100}));
    fill(40);
    EXPECT_LT(world_.journal->stats().disk_bytes, 30'000u);
    expect_all(100);
}

TEST_F(JournalArchiveTest, ResetForgetsTheArchive) {
    fill(100);
    ASSERT_TRUE(world_.clear());
    EXPECT_THAT(world_.archives(), IsEmpty());
    busy_ = quiet_ = 0;
    fill(100);
    expect_all();
    ASSERT_TRUE(world_.crash_and_reopen());
    expect_all();
}

TEST_F(JournalArchiveTest, FilesFromBeforeAResetNeverComeBack) {
    // Every call may be the last before the power fails: the files of the reset journal then still lie there.
    for (std::uint64_t last = 1;; ++last) {
        JournalWorld world{last};
        world.segment_bytes = 4096;
        world.archive = world_.archive;
        ASSERT_TRUE(world.open());
        for (std::size_t i = 0; i < 60; ++i) ASSERT_TRUE(world.append(kBusy, {busy_payload(i)}));
        const std::uint64_t calls = world.files.calls();
        ASSERT_TRUE(world.clear());
        if (world.files.calls() - calls < last) break;
        ASSERT_TRUE(world.append(kBusy, {"new"}));
        ASSERT_TRUE(world.crash_and_reopen());
        ASSERT_THAT(world.payloads(kBusy), testing::ElementsAre("new"));
    }
}

TEST_F(JournalArchiveTest, APassThatFailsAnywhereHarmsNothingAndIsTriedAgain) {
    for (const int error : {ENOSPC, EIO}) {
        for (std::uint64_t n = 1;; ++n) {
            JournalWorld world{n};
            world.segment_bytes = 4096;
            world.recent_bytes_max = 0;
            ASSERT_TRUE(world.open());
            for (std::size_t i = 0; i < 40; ++i) ASSERT_TRUE(world.append(kBusy, {busy_payload(i)}));
            world.archive = {.segments_kept = 0, .segments_per_pass = 4, .own_file_payload_bytes = 3000};
            ASSERT_TRUE(world.close_and_reopen());
            world.files.fail_call(n, error);
            world.settle();
            world.files.fail_call(0, 0);
            const bool failed = !world.journal->stats().archive_failure.empty();
            const auto expect_all = [&] {
                const auto payloads = world.payloads(kBusy);
                ASSERT_GE(payloads.size(), 40u);
                for (std::size_t i = 0; i < payloads.size(); ++i) ASSERT_EQ(payloads[i], busy_payload(i));
            };
            expect_all();
            if (failed) {
                world.clock.advance(kArchiveRetryDelay);
                for (std::size_t i = 40; i < 50; ++i) ASSERT_TRUE(world.append(kBusy, {busy_payload(i)}));
                EXPECT_EQ(world.journal->stats().archive_failure, "");
            }
            EXPECT_FALSE(world.archives().empty());
            ASSERT_TRUE(world.crash_and_reopen());
            expect_all();
            if (!failed) break;
        }
    }
}

TEST_F(JournalArchiveTest, AMissingArchiveFileIsNoticed) {
    fill(100);
    ASSERT_TRUE(world_.files.remove(world_.archives().front()));
    const auto opened = world_.close_and_reopen();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
    EXPECT_THAT(opened.error().message, HasSubstr("are missing: has a file been removed"));
}

TEST_F(JournalArchiveTest, AnArchiveWithoutItsJournalIsNotTakenForRubbish) {
    fill(100);
    world_.journal.reset();
    for (const std::string& path : world_.segments()) ASSERT_TRUE(world_.files.remove(path));
    const std::size_t files = world_.archives().size();
    const auto opened = world_.open();
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message,
                HasSubstr("there is no segment in /data/journal: has it been removed?"));
    world_.forget_head();
    EXPECT_THAT(world_.open().error().message, HasSubstr("was made when the journal was longer"));
    EXPECT_EQ(world_.archives().size(), files);
}

TEST_F(JournalArchiveTest, ASegmentThatIsGoneHoldsUpNoOther) {
    world_.archive.segments_kept = 1'000'000;
    ASSERT_TRUE(world_.close_and_reopen());
    fill(100);
    world_.archive = {.segments_kept = 1, .segments_per_pass = 3};
    ASSERT_TRUE(world_.close_and_reopen());
    const std::string gone = world_.segments()[1];
    ASSERT_TRUE(world_.files.remove(gone));
    world_.settle();
    EXPECT_THAT(world_.journal->stats().archive_failure, HasSubstr(gone));
    EXPECT_LT(world_.segments().size(), 6u);
    EXPECT_FALSE(world_.read(kBusy));
    EXPECT_THAT(world_.journal->stats().read_failure, HasSubstr(gone)) << "health shows it";
}

TEST_F(JournalArchiveTest, DamageIsReportedByWhoReadsItWithFileAndPlace) {
    fill(100);
    const std::string path = world_.archives().front();
    world_.files.damage(path, 120);
    const auto read = world_.read(kBusy);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
    EXPECT_THAT(read.error().message, HasSubstr(path + " is damaged at byte "));
    EXPECT_TRUE(world_.read(kBusy, Offset{60}));
    EXPECT_THAT(world_.journal->stats().read_failure, HasSubstr("is damaged"))
        << "another place says nothing of it";
    ASSERT_TRUE(world_.trim(kBusy, Offset{60}));
    EXPECT_EQ(world_.journal->stats().read_failure, "") << "nobody misses it any more";
}

TEST_F(JournalArchiveTest, ADamagedSegmentIsNotArchivedAndSaidSo) {
    world_.archive.segments_kept = 1'000'000;
    ASSERT_TRUE(world_.close_and_reopen());
    fill(100);
    world_.files.damage(world_.segments()[1], 1000);
    world_.archive = {.segments_kept = 1, .segments_per_pass = 3};
    ASSERT_TRUE(world_.close_and_reopen());
    const std::string damaged = world_.segments()[1];
    world_.settle();
    EXPECT_THAT(world_.journal->stats().archive_failure, HasSubstr(damaged + " is damaged at byte"));
    EXPECT_EQ(world_.segments().front(), damaged) << "it stays";
    EXPECT_LT(world_.segments().size(), 6u) << "and holds up no other";
    EXPECT_TRUE(world_.read(kBusy, Offset{50}));
    ASSERT_TRUE(world_.trim(kBusy, Offset{50}));
    ASSERT_TRUE(world_.trim(kQuiet, Offset{5}));
    EXPECT_EQ(world_.journal->stats().archive_failure, "") << "nobody needs it any more";
}

TEST_F(JournalArchiveTest, SourcesThatGoMeanwhileAreNoFailure) {
    world_.archive.segments_kept = 1'000'000;
    ASSERT_TRUE(world_.close_and_reopen());
    fill(200);
    ASSERT_THAT(world_.archives(), IsEmpty());
    world_.archive.segments_kept = 1;
    // The pass is planned and waits for its thread; its sources go before it begins.
    world_.journal.reset();
    ASSERT_TRUE(world_.open());
    bool trimmed = false;
    world_.journal->trim(kBusy, Offset{150}, [&](const Result<>& result) { trimmed = result.has_value(); });
    world_.journal->remove(kQuiet, [](const Result<>&) {});
    world_.workers.hold("journal-archive");
    world_.settle();
    world_.workers.hold("");
    world_.settle();
    ASSERT_TRUE(trimmed);
    EXPECT_EQ(world_.journal->stats().archive_failure, "");
    EXPECT_GT(world_.journal->stats().archive_files, 0u) << "what is left was planned anew";
    const auto busy = world_.payloads(kBusy);
    ASSERT_EQ(busy.size(), 50u);
    EXPECT_EQ(busy.front(), busy_payload(150));
}

TEST_F(JournalArchiveTest, AShortenedSegmentIsNotTakenForWhole) {
    world_.workers.hold("journal-archive");
    fill(60);
    const std::string path = world_.segments().front();
    const auto file = world_.files.open(path, files::OpenMode::kReadWrite, 0);
    SegmentScanner scanner{**file, 0, *(*file)->size()};
    for (int frames = 0; frames < 4; ++frames) ASSERT_TRUE(scanner.next());
    ASSERT_TRUE((*file)->truncate(scanner.position()));  // at the border of two frames
    world_.workers.hold("");
    world_.settle();
    EXPECT_THAT(world_.journal->stats().archive_failure,
                HasSubstr(fmt::format("{} is damaged at byte {}", path, scanner.position())));
    EXPECT_EQ(world_.segments().front(), path) << "what is left of it stays";
}

TEST_F(JournalArchiveTest, AFailedPassIsTriedAgainByItself) {
    world_.workers.hold("journal-archive");
    fill(60);
    world_.workers.hold("");
    world_.files.fail_call(1, EIO);
    world_.settle();
    ASSERT_THAT(world_.journal->stats().archive_failure, HasSubstr("Input/output error"));
    world_.home.advance(kArchiveRetryDelay);
    world_.settle();
    EXPECT_EQ(world_.journal->stats().archive_failure, "");
    EXPECT_GT(world_.archives().size(), 0u);
}

TEST_F(JournalArchiveTest, ATrimAloneIsReasonToRewriteAFile) {
    world_.archive.own_file_payload_bytes = world_.archive.own_file_stored_bytes = 1'000'000;
    ASSERT_TRUE(world_.close_and_reopen());
    fill(100);
    const auto before = world_.archives();
    ASSERT_TRUE(world_.trim(kBusy, Offset{80}));
    EXPECT_NE(world_.archives(), before);
    expect_all(80);
}

}  // namespace
}  // namespace millrace::storage
