#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "storage/catalog/log_catalog.h"
#include "storage/doctor/doctor_fixture.h"

// What it is like to go on with a data directory that was salvaged.

namespace millrace::storage {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr LogId kA{1};
constexpr LogId kB{2};

std::string payload_of(std::uint64_t number) {
    return fmt::format("{:0>100}", number);
}

class SalvagedDirectoryTest : public testing::Test {
  protected:
    SalvagedDirectoryTest() {
        set_log_level(LogLevel::kError);
        EXPECT_TRUE(before_.open());
    }
    ~SalvagedDirectoryTest() override { set_log_level(LogLevel::kInfo); }

    /// Entry n of a log has the payload payload_of(n) and the time of the first and 10 ms for each before it.
    void fill(LogId log, std::uint64_t entries) {
        for (std::uint64_t i = 0; i < entries; ++i) {
            ASSERT_TRUE(before_.append(log, {payload_of(before_.journal->end(log).value())}));
            before_.clock.advance(Milliseconds{10});
        }
    }

    /// Makes the entries of the newest segment unreadable.
    void damage(LogId log, std::uint64_t first, std::uint64_t end) {
        const std::string path = before_.segments().back();
        std::string bytes = *files::read_file(before_.files, path);
        for (std::uint64_t i = first; i < end; ++i) {
            std::string header;
            put_header(header, log, i);
            const std::size_t at = bytes.find(header);
            ASSERT_NE(at, std::string::npos);
            bytes.replace(at, header.size(), header.size(), '\0');
        }
        before_.journal.reset();
        before_.home.run_ready();
        ASSERT_TRUE(files::write_file(before_.files, path, bytes));
    }

    Salvaged salvage_and_open() {
        before_.journal.reset();
        before_.home.run_ready();
        const auto inspection = inspect(before_.files, "/data");
        EXPECT_TRUE(inspection);
        auto report = salvage(before_.files, *inspection, "/saved");
        EXPECT_TRUE(report) << report.error().message;
        DoctorFixture::restore(DoctorFixture::files_of(before_.files, "/saved"), after_);
        const auto opened = after_.open();
        EXPECT_TRUE(opened) << opened.error().message;
        return report ? *report : Salvaged{};
    }

    void expect_entries(LogId log, std::uint64_t end, std::uint64_t lost_first, std::uint64_t lost_end) {
        for (std::uint64_t from = 0; from < end; from += 3) {
            const auto entries = after_.read(log, Offset{from});
            ASSERT_TRUE(entries) << entries.error().message;
            std::uint64_t expected = from;
            for (const Entry& entry : *entries) {
                if (expected >= lost_first && expected < lost_end) expected = lost_end;
                ASSERT_EQ(entry.offset, Offset{expected});
                ASSERT_EQ(entry.payload.view(), payload_of(expected));
                ++expected;
            }
            ASSERT_EQ(expected, end);
        }
    }

    JournalWorld before_;
    JournalWorld after_;

  private:
    static void put_header(std::string& out, LogId log, std::uint64_t offset) {
        for (const std::uint64_t value : {log.value(), offset})
            out.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
};

TEST_F(SalvagedDirectoryTest, ReadersStepOverWhatIsLost) {
    fill(kA, 30);
    damage(kA, 10, 15);
    const Salvaged report = salvage_and_open();
    EXPECT_EQ(report.logs.at(kA).copied, 25u);
    EXPECT_EQ(report.logs.at(kA).lost, 5u);
    EXPECT_EQ(after_.journal->begin(kA), Offset{0});
    EXPECT_EQ(after_.journal->end(kA), Offset{30});
    expect_entries(kA, 30, 10, 15);
    EXPECT_EQ(after_.payloads(kA, Offset{9}, {.entries = 2}),
              (std::vector<std::string>{payload_of(9), payload_of(15)}));
    EXPECT_EQ(after_.payloads(kA, Offset{12}, {.bytes = 1}), std::vector<std::string>{payload_of(15)});
}

TEST_F(SalvagedDirectoryTest, TimesAreFoundAroundWhatIsLost) {
    const WallTime start = before_.clock.now();
    fill(kA, 30);
    damage(kA, 10, 15);
    salvage_and_open();
    for (std::uint64_t i = 0; i < 30; ++i) {
        const std::uint64_t expected = i >= 10 && i < 15 ? 15 : i;
        const WallTime time = start + Milliseconds{static_cast<std::int64_t>(i * 10)};
        EXPECT_EQ(after_.find_time(kA, time), Offset{expected}) << i;
        EXPECT_EQ(after_.find_time(kA, time - Milliseconds{1}), Offset{expected}) << i;
    }
    EXPECT_EQ(after_.find_time(kA, start + Milliseconds{300}), Offset{30});
}

TEST_F(SalvagedDirectoryTest, ItGoesOnAndIsArchivedAndStartedLikeAnyOther) {
    fill(kA, 30);
    fill(kB, 5);
    damage(kA, 10, 15);
    after_.segment_bytes = 600;
    after_.recent_bytes_max = 0;
    after_.archive = {.segments_kept = 1,
                      .segments_per_pass = 2,
                      .files_per_merge = 2,
                      .own_file_payload_bytes = 1'000'000,
                      .own_file_stored_bytes = 1'000'000};
    salvage_and_open();
    const auto archives = after_.archives();
    for (std::uint64_t i = 30; i < 90; ++i) ASSERT_TRUE(after_.append(kA, {payload_of(i)}));
    for (const std::string& path : archives)
        EXPECT_FALSE(files::exists(after_.files, path)) << "never merged";
    expect_entries(kA, 90, 10, 15);
    ASSERT_TRUE(after_.crash_and_reopen());
    expect_entries(kA, 90, 10, 15);
    ASSERT_TRUE(after_.trim(kA, Offset{12}));
    ASSERT_TRUE(after_.crash_and_reopen());
    EXPECT_EQ(after_.journal->begin(kA), Offset{12});
    EXPECT_EQ(after_.payloads(kA).size(), 75u);
    after_.journal.reset();
    const auto inspection = inspect(after_.files, "/data");
    EXPECT_TRUE(inspection->sound());
    EXPECT_EQ(inspection->logs.at(kA).lost, (OffsetRanges{Offset{12}, Offset{15}}));
    ASSERT_FALSE(inspection->findings.empty());
    EXPECT_THAT(inspection->findings.front().what, HasSubstr("were lost before"));
}

TEST_F(SalvagedDirectoryTest, ItCanBeSalvagedAgain) {
    fill(kA, 30);
    damage(kA, 10, 15);
    salvage_and_open();
    after_.journal.reset();
    const auto inspection = inspect(after_.files, "/data");
    const auto report = salvage(after_.files, *inspection, "/again");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->logs.at(kA).copied, 25u);
    EXPECT_EQ(report->logs.at(kA).lost, 5u);
}

TEST_F(SalvagedDirectoryTest, NoOffsetIsGivenTwice) {
    fill(kB, 5);
    fill(kA, 5);
    damage(kB, 3, 5);  // the last of its log
    salvage_and_open();
    // That two entries were lost is not known; that some may have been is.
    EXPECT_GE(after_.append(kB, {"new"})->front(), Offset{5});
    EXPECT_EQ(after_.payloads(kB).size(), 4u);
    EXPECT_EQ(after_.append(kA, {"new"})->front(), Offset{5}) << "what followed says where the log ended";
    ASSERT_TRUE(after_.crash_and_reopen());
    EXPECT_EQ(after_.payloads(kB).size(), 4u);
    const auto inspection = inspect(after_.files, "/data");
    EXPECT_TRUE(inspection->findings.empty());
    EXPECT_EQ(inspection->entries_lost(), 0u) << "skipped offsets are no losses";
    EXPECT_EQ(after_.find_time(kB, after_.clock.now() + Seconds{10}), after_.journal->end(kB));
}

TEST_F(SalvagedDirectoryTest, NoLogIdIsGivenTwice) {
    const auto open_catalog = [](JournalWorld& world) {
        std::unique_ptr<LogCatalog> catalog;
        LogCatalog::open(*world.journal, world.clock, [&](auto opened) { catalog = std::move(*opened); });
        world.settle();
        return catalog;
    };
    auto catalog = open_catalog(before_);
    std::uint64_t last = 0;
    for (int i = 0; i < 5000; ++i) last = catalog->new_log_id().value();
    before_.settle();
    catalog->commit({{{"key", "value"}}, {}}, [](const auto&) {});
    before_.settle();
    ASSERT_GT(before_.journal->end(LogId{0}), Offset{4});
    catalog.reset();
    damage(LogId{0}, 1, before_.journal->end(LogId{0}).value() - 1);  // all reservations but the first
    salvage_and_open();
    catalog = open_catalog(after_);
    EXPECT_GT(catalog->new_log_id().value(), last);
    EXPECT_EQ(catalog->get("key"), "value");
}

TEST_F(SalvagedDirectoryTest, TheDestinationIsNewOrEmpty) {
    fill(kA, 3);
    before_.journal.reset();
    const auto inspection = inspect(before_.files, "/data");
    const auto onto_itself = salvage(before_.files, *inspection, "/data");
    ASSERT_FALSE(onto_itself);
    EXPECT_EQ(onto_itself.error().code, ErrorCode::kAlreadyExists);
    EXPECT_THAT(onto_itself.error().message, HasSubstr("a directory that is new or empty"));
    ASSERT_TRUE(before_.files.create_directory("/empty"));
    EXPECT_TRUE(salvage(before_.files, *inspection, "/empty"));
    EXPECT_FALSE(salvage(before_.files, *inspection, "/no/such/parent"));
}

TEST_F(SalvagedDirectoryTest, AFailedSalvageLeavesNothingAndAnInterruptedOneDoesNotStart) {
    fill(kA, 20);
    damage(kA, 10, 15);
    const auto inspection = inspect(before_.files, "/data");
    for (const std::uint64_t failures : {std::uint64_t{1}, std::uint64_t{1'000'000}}) {
        for (std::uint64_t n = 1;; ++n) {
            before_.files.fail_call(n, ENOSPC, failures);
            const auto report = salvage(before_.files, *inspection, "/saved");
            before_.files.fail_call(0, 0);
            if (report && report->logs.at(kA).copied == 15) break;  // nothing failed, or what does no harm
            if (failures == 1 && !report) {
                EXPECT_FALSE(files::exists(before_.files, "/saved")) << n;
            } else {
                JournalWorld world;
                DoctorFixture::restore(DoctorFixture::files_of(before_.files, "/saved"), world);
                const auto paths = world.archives();
                const bool started_with_less =
                    world.open() && world.payloads(kA).size() < 15 &&
                    std::any_of(
                        paths.begin(), paths.end(), [](const auto& p) { return p.ends_with(".archive"); });
                EXPECT_FALSE(started_with_less) << n;
            }
            ASSERT_TRUE(files::remove_tree(before_.files, "/saved"));
        }
        ASSERT_TRUE(files::remove_tree(before_.files, "/saved"));
    }
}

}  // namespace
}  // namespace millrace::storage
