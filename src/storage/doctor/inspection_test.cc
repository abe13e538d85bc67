#include "storage/doctor/inspection.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "base/log.h"
#include "storage/binary.h"
#include "storage/doctor/doctor_fixture.h"
#include "storage/journal/segment_format.h"

namespace millrace::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Severity = Finding::Severity;

constexpr LogId kA{1};
constexpr LogId kB{2};

class InspectionTest : public testing::Test {
  protected:
    InspectionTest() { set_log_level(LogLevel::kError); }
    ~InspectionTest() override { set_log_level(LogLevel::kInfo); }

    void open() {
        const auto opened = world_.open();
        ASSERT_TRUE(opened) << opened.error().message;
    }
    void close() {
        world_.journal.reset();
        world_.home.run_ready();
    }
    void fill(int appends, LogId log = kA) {
        for (int i = 0; i < appends; ++i) {
            ASSERT_TRUE(world_.append(log, {fmt::format("{:0>100}", i)}));
            world_.clock.advance(Milliseconds{1});
        }
    }

    Inspection look() {
        auto inspection = inspect(world_.files, "/data");
        EXPECT_TRUE(inspection) << inspection.error().message;
        return inspection ? std::move(*inspection) : Inspection{};
    }
    /// Of a directory of which one thing is wrong.
    Finding only_finding() {
        Inspection inspection = look();
        EXPECT_EQ(inspection.findings.size(), 1u);
        for (const Finding& finding : inspection.findings) EXPECT_NE(finding.what, "") << finding.what;
        return inspection.findings.empty() ? Finding{} : inspection.findings.front();
    }
    /// Where the entry's frame begins.
    std::uint64_t position_of(const std::string& path, LogId log, Offset offset) {
        const auto file = world_.files.open(path, files::OpenMode::kRead, 0);
        const std::string name = path.substr(path.rfind('/') + 1);
        SegmentScanner scanner{**file, *parse_segment_name(name), *(*file)->size()};
        while (scanner.next().value() == SegmentScanner::Step::kFrame) {
            const FrameHeader& header = scanner.frame().header;
            if (header.kind == FrameKind::kEntry && header.log == log && header.offset == offset)
                return scanner.position();
        }
        ADD_FAILURE() << "no such entry in " << path;
        return 0;
    }
    std::string newest() { return world_.segments().back(); }

    JournalWorld world_;
};

TEST_F(InspectionTest, AnEmptyAndAFilledDirectoryAreSound) {
    open();
    close();
    EXPECT_TRUE(look().sound());
    open();
    fill(10);
    fill(5, kB);
    close();
    const Inspection inspection = look();
    EXPECT_THAT(inspection.findings, IsEmpty());
    EXPECT_EQ(inspection.entries(), 15u);
    EXPECT_EQ(inspection.entries_lost(), 0u);
    EXPECT_EQ(inspection.files, 1u);
    EXPECT_EQ(inspection.bytes, world_.files.info(newest())->size);
    EXPECT_EQ(inspection.logs.size(), 2u);
}

TEST_F(InspectionTest, ADirectoryWithoutAnyFileIsNoJournalToCallSound) {
    open();
    close();
    ASSERT_TRUE(world_.files.remove(newest()));
    world_.forget_head();
    const Finding finding = only_finding();
    EXPECT_EQ(finding.severity, Severity::kNote);
    EXPECT_EQ(finding.file, "/data/journal");
    EXPECT_THAT(finding.what, HasSubstr("no segment"));
}

TEST_F(InspectionTest, WhatWasCutAfterACleanStopIsLost) {
    open();
    fill(10);
    close();
    const auto file = world_.files.open(newest(), files::OpenMode::kReadWrite, 0);
    ASSERT_TRUE((*file)->truncate(position_of(newest(), kA, Offset{9})));
    const Inspection inspection = look();
    EXPECT_FALSE(inspection.sound());
    EXPECT_THAT(inspection.findings.front().what, HasSubstr("its newest segment was cut or removed"));
    EXPECT_EQ(inspection.findings.front().file, "/data/journal.head");
    ASSERT_TRUE(world_.files.remove(newest()));
    EXPECT_FALSE(look().sound());
}

TEST_F(InspectionTest, ADamagedEntryIsNamedWithFilePlaceLogAndOffset) {
    open();
    fill(10);
    close();
    const std::uint64_t position = position_of(newest(), kA, Offset{4});
    const std::uint64_t next = position_of(newest(), kA, Offset{5});
    world_.files.damage(newest(), position + kFrameHeaderBytes + 7);
    const Finding finding = only_finding();
    EXPECT_EQ(finding.severity, Severity::kProblem);
    EXPECT_EQ(finding.file, newest());
    EXPECT_EQ(finding.position, position);
    EXPECT_EQ(finding.what, fmt::format("no valid frame begins here; the next is at byte {}", next));
    EXPECT_THAT(finding.lost, ElementsAre(Finding::Lost{kA, {Offset{4}, Offset{5}}}));
}

TEST_F(InspectionTest, ALogsLastEntryIsGuessedFromItsHeader) {
    open();
    fill(5, kB);
    fill(3);
    close();
    world_.files.damage(newest(), position_of(newest(), kB, Offset{4}) + kFrameHeaderBytes);
    EXPECT_THAT(only_finding().lost, ElementsAre(Finding::Lost{kB, {Offset{4}, Offset{5}}}));
    EXPECT_TRUE(look().logs.at(kB).end_unknown);
    EXPECT_FALSE(look().logs.at(kA).end_unknown);
}

TEST_F(InspectionTest, AnInterruptedWriteIsANote) {
    open();
    fill(10);
    close();
    const std::uint64_t position = position_of(newest(), kA, Offset{9});
    const auto file = world_.files.open(newest(), files::OpenMode::kReadWrite, 0);
    ASSERT_TRUE((*file)->truncate(position + 50));
    world_.forget_head();
    const Finding finding = only_finding();
    EXPECT_EQ(finding.severity, Severity::kNote);
    EXPECT_EQ(finding.position, position);
    EXPECT_THAT(finding.what,
                HasSubstr("50 bytes from here on are the trace of a write that was interrupted"));
    EXPECT_TRUE(look().sound());
    EXPECT_EQ(look().entries(), 9u);
}

TEST_F(InspectionTest, LossesAreOnlyWhatLivesAndIsNowhereElse) {
    open();
    fill(10);
    ASSERT_TRUE(world_.trim(kA, Offset{6}));
    close();
    world_.files.damage(newest(), position_of(newest(), kA, Offset{4}));
    EXPECT_THAT(only_finding().lost, IsEmpty());
    EXPECT_FALSE(look().sound());
}

TEST_F(InspectionTest, AMissingSegmentIsToldByWhatItHeld) {
    world_.segment_bytes = 600;
    open();
    fill(20);
    close();
    ASSERT_GE(world_.segments().size(), 4u);
    ASSERT_TRUE(world_.files.remove(world_.segments()[1]));
    const Finding finding = only_finding();
    EXPECT_EQ(finding.severity, Severity::kProblem);
    EXPECT_EQ(finding.file, "/data/journal");
    EXPECT_THAT(finding.what, HasSubstr("a segment is missing"));
    ASSERT_EQ(finding.lost.size(), 1u);
    EXPECT_EQ(finding.lost.front().log, kA);
    EXPECT_GT(finding.lost.front().entries.first, Offset{0});
}

TEST_F(InspectionTest, ASegmentThatWasRemovedBecauseNothingInItLivesIsNotMissed) {
    world_.segment_bytes = 600;
    open();
    fill(1, kB);
    fill(20);
    ASSERT_TRUE(world_.trim(kA, Offset{19}));
    ASSERT_GE(world_.segments().size(), 2u);  // that of B, and the newest
    close();
    EXPECT_THAT(look().findings, IsEmpty());
}

TEST_F(InspectionTest, ATableThatCannotBeReadIsMadeUpFor) {
    world_.segment_bytes = 600;
    open();
    fill(1, kB);
    fill(20);
    close();
    for (const std::string& path : world_.segments())
        world_.files.damage(path, kSegmentHeaderBytes + kFrameHeaderBytes);
    const Inspection inspection = look();
    EXPECT_FALSE(inspection.sound());
    EXPECT_EQ(inspection.entries(), 21u);
    EXPECT_EQ(inspection.entries_lost(), 0u);
}

TEST_F(InspectionTest, WhatWasDroppedStaysDroppedAlsoWhenTheTableThatSaysSoIsDamaged) {
    for (const bool sealed_before : {false, true}) {
        JournalWorld world;
        world.segment_bytes = sealed_before ? 600 : 1'000'000;
        ASSERT_TRUE(world.open());
        for (int i = 0; i < 10; ++i) ASSERT_TRUE(world.append(kA, {std::string(100, 'o')}));
        const auto old = world.segments();
        std::map<std::string, std::string> kept;
        for (const std::string& path : old) kept[path] = *files::read_file(world.files, path);
        ASSERT_TRUE(world.clear());
        for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.append(kA, {"new"}));
        world.journal.reset();
        // As if a crash had brought them back.
        for (const auto& [path, bytes] : kept) ASSERT_TRUE(files::write_file(world.files, path, bytes));
        world.files.damage(world.segments().back(), kSegmentHeaderBytes);
        const auto inspection = inspect(world.files, "/data");
        ASSERT_TRUE(inspection);
        EXPECT_FALSE(inspection->sound());
        EXPECT_EQ(inspection->entries(), 3u);
        EXPECT_EQ(inspection->logs.at(kA).state.end, Offset{3});
    }
}

TEST_F(InspectionTest, ALargeSegmentWithoutAValidFrameWasNotJustBegun) {
    world_.segment_bytes = 600;
    open();
    fill(20);
    close();
    const auto size = world_.files.info(newest())->size;
    ASSERT_TRUE(files::write_file(world_.files, newest(), std::string(size, '\0')));
    world_.forget_head();
    const Finding finding = only_finding();
    EXPECT_EQ(finding.severity, Severity::kProblem);
    EXPECT_THAT(finding.what, HasSubstr("none of them is a valid frame"));
    EXPECT_TRUE(look().logs.at(kA).end_unknown);
}

TEST_F(InspectionTest, ANewerVersionIsNotTakenForDamage) {
    open();
    fill(3);
    close();
    const std::uint64_t base = *parse_segment_name(newest().substr(newest().rfind('/') + 1));
    std::string header = "MILLRACE";
    put(header, kSegmentFormatVersion + 1);
    std::string covered = header;
    put(covered, base);
    put(header, crc32c(covered));
    put(header, base);
    std::string bytes = *files::read_file(world_.files, newest());
    bytes.replace(0, header.size(), header);
    ASSERT_TRUE(files::write_file(world_.files, newest(), bytes));
    EXPECT_TRUE(look().newer_version);
    EXPECT_THAT(only_finding().what, HasSubstr("use the newer millrace that wrote it"));
    const auto salvaged = salvage(world_.files, look(), "/saved");
    ASSERT_FALSE(salvaged);
    EXPECT_THAT(salvaged.error().message, HasSubstr("newer millrace"));
    EXPECT_FALSE(files::exists(world_.files, "/saved"));
    // A damaged version is damage.
    bytes[8] = 77;
    ASSERT_TRUE(files::write_file(world_.files, newest(), bytes));
    EXPECT_FALSE(look().newer_version);
    EXPECT_FALSE(look().sound());
}

TEST_F(InspectionTest, WhatTheCatalogSaysIsRead) {
    open();
    ASSERT_TRUE(world_.append(LogId{0}, {encode(CatalogChange{{{"a", "1"}, {"b", "2"}}, {}}),
                                         encode(Reservation{77}), encode(CatalogChange{{}, {"b"}})}));
    close();
    EXPECT_EQ(look().catalog, (CatalogMap::Pairs{{"a", "1"}}));
    EXPECT_EQ(look().log_ids_below, 77u);
    open();
    ASSERT_TRUE(world_.append(LogId{0}, {"\x09what"}));
    close();
    EXPECT_THAT(only_finding().what, HasSubstr("the catalog's entry 3 is not one this version"));
}

TEST_F(InspectionTest, AnUnreadableDiskIsDamageWithTheSystemsWords) {
    open();
    fill(50);
    close();
    const std::uint64_t calls = world_.files.calls();
    look();
    const std::uint64_t last = world_.files.calls() - calls;
    // Reading is the same each time: every call but those that list the directories may fail.
    bool said = false;
    for (std::uint64_t n = 1; n <= last; ++n) {
        world_.files.fail_call(n, EIO, 2);
        const auto inspection = inspect(world_.files, "/data");
        world_.files.fail_call(0, 0);
        if (!inspection) continue;
        for (const Finding& finding : inspection->findings)
            said |= finding.what.find("Input/output error") != std::string::npos;
    }
    EXPECT_TRUE(said);
}

// After a crash at any point, nothing is wrong, and the doctor sees what a start sees.
TEST_F(InspectionTest, ACrashIsNoDamage) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        JournalWorld world{seed};
        const auto pick = [&](std::uint64_t below) { return world.random.next() % below; };
        world.segment_bytes = 512 + pick(4096);
        world.archive = {.segments_kept = pick(3),
                         .segments_per_pass = 1 + pick(3),
                         .files_per_merge = 2,
                         .own_file_payload_bytes = pick(4096),
                         .own_file_stored_bytes = pick(4096)};
        ASSERT_TRUE(world.open());
        const std::uint64_t steps = 20 + pick(100);
        for (std::uint64_t step = 0; step < steps; ++step) {
            const LogId log{pick(4)};
            switch (pick(12)) {
                case 0:
                    world.journal->trim(log, Offset{pick(world.journal->end(log).value() + 1)}, [](auto) {});
                    break;
                case 1:
                    if (pick(8) == 0) static_cast<void>(world.clear());
                    break;
                case 2:
                case 3:
                    world.settle();
                    break;
                default: {
                    std::vector<NewEntry> entries;
                    for (std::uint64_t i = pick(4); i > 0; --i) {
                        std::string payload(pick(300), 'x');
                        if (log == LogId{0}) payload = encode(CatalogChange{{{payload, "v"}}, {}});
                        entries.push_back({log, world.clock.now(), SharedBytes{std::move(payload)}});
                    }
                    world.journal->append(std::move(entries), [](const auto&) {});
                    for (std::uint64_t i = pick(3); i > 0; --i) world.workers.run_one(world.random);
                }
            }
            world.clock.advance(Milliseconds{1});
        }
        pick(2) == 0 ? world.files.crash() : world.files.kill();
        world.journal.reset();
        world.home.run_ready();
        const auto inspection = inspect(world.files, "/data");
        ASSERT_TRUE(inspection);
        ASSERT_TRUE(inspection->sound()) << "seed " << seed << ": " << inspection->findings.front().file
                                         << ": " << inspection->findings.front().what;
        const auto opened = world.open();
        ASSERT_TRUE(opened) << "seed " << seed << ": " << opened.error().message;
        std::uint64_t entries = 0;
        for (std::uint64_t id = 0; id < 4; ++id) {
            entries += world.journal->end(LogId{id}).value() - world.journal->begin(LogId{id}).value();
        }
        // Frames behind an interrupted write may be whole: a salvage keeps them, a start does not.
        ASSERT_GE(inspection->entries(), entries) << "seed " << seed;
    }
}

}  // namespace
}  // namespace millrace::storage
