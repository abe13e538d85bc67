#include "storage/doctor/salvage.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/log.h"
#include "storage/doctor/doctor_fixture.h"

// A small data directory is damaged in every way that comes to mind. Whatever was done to it: the doctor says
// so, unless nobody can tell; what it calls sound, a start takes; and a salvage keeps everything that the
// damage has not touched and invents nothing.

namespace millrace::storage {
namespace {

using Files = DoctorFixture::Files;

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::size_t kStride = 23;
#else
constexpr std::size_t kStride = 1;
#endif

class SalvageTest : public testing::Test {
  protected:
    using MayBeLost = std::function<bool(LogId, Offset)>;

    /// What became of a damaged directory.
    struct Outcome {
        Inspection inspection;
        std::map<LogId, DoctorFixture::Payloads> salvaged;
    };

    Outcome examine(const Files& damaged) {
        JournalWorld world;
        DoctorFixture::restore(damaged, world);
        auto inspection = inspect(world.files, "/data");
        EXPECT_TRUE(inspection) << inspection.error().message;
        EXPECT_EQ(DoctorFixture::files_of(world.files, "/data"), damaged) << "a look changes nothing";
        Outcome outcome{std::move(*inspection), {}};
        if (outcome.inspection.newer_version) return outcome;
        const auto report = salvage(world.files, outcome.inspection, "/saved");
        EXPECT_TRUE(report) << report.error().message;
        if (report) outcome.salvaged = start_on_salvaged(world, *report);
        if (outcome.inspection.sound()) expect_start(world);
        return outcome;
    }

    /// A start takes what was salvaged, and can read all of it.
    static std::map<LogId, DoctorFixture::Payloads> start_on_salvaged(JournalWorld& from,
                                                                      const Salvaged& report) {
        JournalWorld world;
        const Files saved = DoctorFixture::files_of(from.files, "/saved");
        DoctorFixture::restore(saved, world);
        const auto again = inspect(world.files, "/data");
        EXPECT_TRUE(again->sound()) << again->findings.front().what;
        const auto opened = world.open();
        EXPECT_TRUE(opened) << opened.error().message;
        std::map<LogId, DoctorFixture::Payloads> found;
        if (!opened) return found;
        for (const auto& [id, log] : report.logs) {
            const auto entries = world.read(id);
            EXPECT_TRUE(entries) << entries.error().message;
            if (!entries) continue;
            for (const Entry& entry : *entries) {
                EXPECT_GE(entry.offset, world.journal->begin(id));
                EXPECT_LT(entry.offset, world.journal->end(id));
                found[id][entry.offset] = entry.payload.view();
            }
            if (id == DoctorFixture::kCatalog && ends_with_reservation(*entries))
                found[id].erase(entries->back().offset);
            EXPECT_EQ(found[id].size(), log.copied) << "log " << id.value();
        }
        EXPECT_EQ(world.journal->stats().logs, again->logs.size());
        return found;
    }

    /// What a salvage adds when changes of the catalog are lost.
    static bool ends_with_reservation(const std::vector<Entry>& entries) {
        if (entries.empty()) return false;
        const auto last = decode_catalog_entry(entries.back().payload.view());
        return last && std::holds_alternative<Reservation>(*last);
    }

    static void expect_start(JournalWorld& world) {
        const auto opened = world.open();
        ASSERT_TRUE(opened) << "called sound, yet: " << opened.error().message;
        for (std::uint64_t id = 0; id < 6; ++id) {
            const auto entries = world.read(LogId{id});
            ASSERT_TRUE(entries) << "called sound, yet: " << entries.error().message;
            ASSERT_EQ(entries->size(),
                      world.journal->end(LogId{id}).value() - world.journal->begin(LogId{id}).value());
        }
    }

    /// Nothing was invented, and nothing is gone but what may be.
    void expect_kept(const Outcome& outcome, const MayBeLost& may_be_lost) {
        for (const auto& [id, payloads] : outcome.salvaged) {
            const auto log = fixture_.logs().find(id);
            ASSERT_NE(log, fixture_.logs().end()) << "log " << id.value();
            for (const auto& [offset, payload] : payloads) {
                ASSERT_LT(offset.value(), log->second.written.size());
                ASSERT_EQ(payload, log->second.written[offset.value()]);
            }
        }
        for (const auto& [id, log] : fixture_.logs()) {
            if (log.removed) continue;
            const auto found = outcome.salvaged.find(id);
            for (std::uint64_t offset = log.begin; offset < log.written.size(); ++offset) {
                if (found != outcome.salvaged.end() && found->second.contains(Offset{offset})) continue;
                ASSERT_TRUE(may_be_lost(id, Offset{offset}))
                    << "entry " << offset << " of log " << id.value();
            }
        }
    }

    /// May be lost when one of the bytes is damaged.
    MayBeLost touched(const std::string& path, std::uint64_t from, std::uint64_t end) {
        return [this, path, from, end](LogId log, Offset offset) {
            for (std::uint64_t position = from; position < end; ++position) {
                if (DoctorFixture::lies_at(healthy_.files, "/data/" + path, log, offset, position))
                    return true;
            }
            return false;
        };
    }

    void SetUp() override {
        set_log_level(LogLevel::kError);  // what a start cuts off is no news here
        DoctorFixture::restore(fixture_.files(), healthy_);
    }
    void TearDown() override { set_log_level(LogLevel::kInfo); }

    /// What was removed or trimmed does not come back.
    static void expect_gone(const Outcome& outcome) {
        ASSERT_FALSE(outcome.salvaged.contains(DoctorFixture::kRemovedEarly));
        ASSERT_FALSE(outcome.salvaged.contains(DoctorFixture::kRemovedLate));
        ASSERT_LE(outcome.salvaged.at(DoctorFixture::kTrimmed).size(), 2u);
    }

    [[nodiscard]] std::string newest() const { return fixture_.named(".segment").back(); }

    DoctorFixture fixture_;
    JournalWorld healthy_;
};

constexpr auto kNothing = [](LogId, Offset) { return false; };

TEST_F(SalvageTest, TheDirectoryHasOneOfEverything) {
    EXPECT_GE(fixture_.named(".segment").size(), 2u);
    EXPECT_GE(fixture_.named(".archive").size(), 3u);
    const Outcome outcome = examine(fixture_.files());
    EXPECT_TRUE(outcome.inspection.sound());
    EXPECT_TRUE(outcome.inspection.findings.empty()) << outcome.inspection.findings.front().what;
    EXPECT_EQ(outcome.inspection.entries_lost(), 0u);
    expect_kept(outcome, kNothing);
    for (const LogId removed : {DoctorFixture::kRemovedEarly, DoctorFixture::kRemovedLate})
        EXPECT_FALSE(outcome.salvaged.contains(removed));
    EXPECT_EQ(outcome.salvaged.at(DoctorFixture::kTrimmed).size(), 2u);
}

TEST_F(SalvageTest, EveryFlippedByteIsFound) {
    for (const auto& [path, bytes] : fixture_.files()) {
        for (std::size_t position = 0; position < bytes.size(); position += kStride) {
            Files damaged = fixture_.files();
            damaged[path][position] = static_cast<char>(damaged[path][position] ^ 0x40);
            const Outcome outcome = examine(damaged);
            EXPECT_FALSE(outcome.inspection.findings.empty()) << path << " at " << position;
            expect_kept(outcome, touched(path, position, position + 1));
            if (path != newest()) expect_gone(outcome);
            ASSERT_FALSE(HasFailure()) << path << " at " << position;
        }
    }
}

TEST_F(SalvageTest, EveryTruncationIsFound) {
    for (const auto& [path, bytes] : fixture_.files()) {
        std::size_t untold = 0;
        for (std::size_t length = 0; length < bytes.size(); length += 3 * kStride) {
            Files damaged = fixture_.files();
            damaged[path].resize(length);
            const Outcome outcome = examine(damaged);
            if (outcome.inspection.findings.empty()) ++untold;
            expect_kept(outcome, touched(path, length, bytes.size()));
            if (path != newest()) expect_gone(outcome);
            ASSERT_FALSE(HasFailure()) << path << " cut to " << length;
        }
        // Nobody can tell whether more frames once followed in the newest segment.
        EXPECT_LE(untold, path == newest() ? 4u : 0u) << path;
    }
}

TEST_F(SalvageTest, ARunOfZerosIsFound) {
    for (const auto& [path, bytes] : fixture_.files()) {
        for (std::size_t first = 0; first < bytes.size(); first += 64 * kStride) {
            const std::size_t end = std::min(bytes.size(), first + 64);
            Files damaged = fixture_.files();
            damaged[path].replace(first, end - first, end - first, '\0');
            const Outcome outcome = examine(damaged);
            EXPECT_FALSE(outcome.inspection.findings.empty());
            expect_kept(outcome, touched(path, first, end));
            ASSERT_FALSE(HasFailure()) << path << " from " << first;
        }
    }
}

TEST_F(SalvageTest, AFileOfZerosIsFound) {
    for (const auto& [path, bytes] : fixture_.files()) {
        Files damaged = fixture_.files();
        damaged[path] = std::string(bytes.size(), '\0');
        const Outcome outcome = examine(damaged);
        EXPECT_FALSE(outcome.inspection.sound()) << path;
        expect_kept(outcome, touched(path, 0, bytes.size()));
    }
}

TEST_F(SalvageTest, AMissingFileIsFound) {
    for (const auto& [path, bytes] : fixture_.files()) {
        Files damaged = fixture_.files();
        damaged.erase(path);
        const Outcome outcome = examine(damaged);
        // Without the newest segment the one before is the newest: nobody can tell.
        if (path != newest()) {
            EXPECT_FALSE(outcome.inspection.sound()) << path;
            expect_gone(outcome);
        }
        expect_kept(outcome, touched(path, 0, bytes.size()));
    }
}

TEST_F(SalvageTest, WithoutSegmentsTheArchivesAreKept) {
    Files damaged = fixture_.files();
    for (const std::string& path : fixture_.named(".segment")) damaged.erase(path);
    const Outcome outcome = examine(damaged);
    EXPECT_FALSE(outcome.inspection.sound());
    expect_kept(outcome, [&](LogId log, Offset offset) {
        const auto archives = fixture_.named(".archive");
        return std::none_of(archives.begin(), archives.end(), [&](const std::string& path) {
            return touched(path, 0, fixture_.files().at(path).size())(log, offset);
        });
    });
}

TEST_F(SalvageTest, WithoutArchivesTheSegmentsAreKept) {
    Files damaged = fixture_.files();
    for (const std::string& path : fixture_.named(".archive")) damaged.erase(path);
    const Outcome outcome = examine(damaged);
    EXPECT_FALSE(outcome.inspection.sound());
    expect_gone(outcome);
    expect_kept(outcome, [&](LogId log, Offset offset) {
        const auto archives = fixture_.named(".archive");
        return std::any_of(archives.begin(), archives.end(), [&](const std::string& path) {
            return touched(path, 0, fixture_.files().at(path).size())(log, offset);
        });
    });
}

TEST_F(SalvageTest, ACopyUnderAnotherNameIsFoundAndCountsForNothing) {
    for (const auto& [path, bytes] : fixture_.files()) {
        for (const char* name :
             {"journal/00000000000000000077.segment", "journal/00000000000099999999.segment",
              "archive/00000000000000000777.archive"}) {
            Files damaged = fixture_.files();
            damaged[name] = bytes;
            const Outcome outcome = examine(damaged);
            EXPECT_FALSE(outcome.inspection.findings.empty()) << path << " as " << name;
            expect_kept(outcome, kNothing);
            expect_gone(outcome);
            ASSERT_FALSE(HasFailure()) << path << " as " << name;
        }
    }
}

TEST_F(SalvageTest, ARenamedFileIsFound) {
    for (const auto& [path, bytes] : fixture_.files()) {
        Files damaged = fixture_.files();
        damaged.erase(path);
        damaged[path.ends_with(".archive") ? "archive/00000000000000000777.archive"
                                           : "journal/00000000000000000077.segment"] = bytes;
        const Outcome outcome = examine(damaged);
        EXPECT_FALSE(outcome.inspection.findings.empty()) << path;
        expect_kept(outcome, touched(path, 0, bytes.size()));
    }
}

TEST_F(SalvageTest, WhatLiesBehindTheEndIsFound) {
    for (const auto& [path, bytes] : fixture_.files()) {
        Files damaged = fixture_.files();
        damaged[path] += "more than was written";
        const Outcome outcome = examine(damaged);
        EXPECT_FALSE(outcome.inspection.findings.empty()) << path;
        expect_kept(outcome, kNothing);
        if (path != newest()) expect_gone(outcome);
    }
}

TEST_F(SalvageTest, LeftOversAndStrangersAreNotes) {
    Files with_more = fixture_.files();
    with_more["archive/00000000000000000777.archive.partial"] = "half";
    with_more["archive/notes.txt"] = "x";
    with_more["journal/1.segment"] = "x";
    with_more["journal/next.segment.partial"] = "MILL";
    const Outcome outcome = examine(with_more);
    EXPECT_TRUE(outcome.inspection.sound());
    EXPECT_EQ(outcome.inspection.findings.size(), 4u);
    expect_kept(outcome, kNothing);
}

// Several damages at once, of all kinds, from seeds: nothing is invented, and what was salvaged starts.
TEST_F(SalvageTest, AnyDamageInventsNothing) {
    for (std::uint64_t seed = 1; seed <= 3000 / kStride; ++seed) {
        SeededRandom random{seed};
        Files damaged = fixture_.files();
        for (std::uint64_t i = 1 + random.next() % 6; i > 0; --i) {
            auto file =
                std::next(damaged.begin(), static_cast<std::ptrdiff_t>(random.next() % damaged.size()));
            std::string& bytes = file->second;
            const std::size_t at = bytes.empty() ? 0 : random.next() % bytes.size();
            switch (random.next() % 6) {
                case 0:
                    damaged.erase(file);
                    break;
                case 1:
                    bytes.resize(at);
                    break;
                case 2:
                    bytes.insert(at, std::string(random.next() % 100, 'M'));
                    break;
                case 3:
                    bytes.erase(at, random.next() % 100);
                    break;
                case 4: {
                    // A piece of another file, perhaps in its own place there.
                    const auto other = std::next(damaged.begin(),
                                                 static_cast<std::ptrdiff_t>(random.next() % damaged.size()));
                    const std::string piece = other->second.substr(std::min(at, other->second.size()), 200);
                    bytes.replace(at, piece.size(), piece);
                    break;
                }
                default:
                    if (!bytes.empty()) bytes[at] = static_cast<char>(random.next());
            }
            if (damaged.empty()) break;
        }
        const Outcome outcome = examine(damaged);
        expect_kept(outcome, [](LogId, Offset) { return true; });
        ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
}

}  // namespace
}  // namespace millrace::storage
