#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "files/helpers.h"
#include "storage/archive/archive_reader.h"
#include "storage/catalog/catalog_entry.h"
#include "storage/doctor/inspection.h"
#include "storage/doctor/salvage.h"
#include "storage/journal/journal_world.h"
#include "storage/journal/segment_reader.h"
#include "storage/journal/storage_directories.h"

namespace millrace::storage {

/// For tests: the files of a small data directory, to be damaged, and what they hold.
class DoctorFixture {
  public:
    using Files = std::map<std::string, std::string>;  ///< path to contents
    using Payloads = std::map<Offset, std::string>;

    static constexpr LogId kCatalog{0};
    static constexpr LogId kBusy{1};
    static constexpr LogId kQuiet{2};
    static constexpr LogId kTrimmed{3};
    static constexpr LogId kRemovedEarly{4};
    static constexpr LogId kRemovedLate{5};

    struct Log {
        std::vector<std::string> written;
        std::uint64_t begin = 0;
        bool removed = false;
    };

    explicit DoctorFixture(std::uint64_t seed = 1, int rounds = 60) : world_(seed) {
        world_.segment_bytes = 1200;
        world_.recent_bytes_max = 0;
        world_.archive = {.segments_kept = 1,
                          .segments_per_pass = 2,
                          .files_per_merge = 3,
                          .own_file_payload_bytes = 500,
                          .own_file_stored_bytes = 300};
        EXPECT_TRUE(world_.open());
        append(kRemovedEarly);
        append(kRemovedLate);
        for (int round = 0; round < rounds; ++round) write(round);
        // The newest segment gets a frame of each kind.
        remove(kRemovedLate);
        trim(kTrimmed, logs_[kTrimmed].written.size() - 2);
        append(kBusy);
        append(kQuiet);
        world_.journal.reset();
        world_.home.run_ready();
        files_ = files_of(world_.files, "/data");
    }

    [[nodiscard]] const Files& files() const { return files_; }
    [[nodiscard]] const std::map<LogId, Log>& logs() const { return logs_; }

    /// Paths whose names end so, in order.
    [[nodiscard]] std::vector<std::string> named(std::string_view suffix) const {
        std::vector<std::string> paths;
        for (const auto& [path, contents] : files_) {
            if (path.ends_with(suffix)) paths.push_back(path);
        }
        return paths;
    }

    /// All files below the directory, but locks.
    static Files files_of(files::FileSystem& files, const std::string& directory) {
        Files found;
        for (const char* part : {"journal", "archive"}) {
            const auto entries = files.list(files::join(directory, part));
            if (!entries) continue;
            for (const files::DirectoryEntry& entry : *entries) {
                const std::string path = files::join(files::join(directory, part), entry.name);
                found[path.substr(directory.size() + 1)] = *files::read_file(files, path);
            }
        }
        return found;
    }

    /// Puts the files into /data of a world.
    static void restore(const Files& contents, JournalWorld& world) {
        for (const char* directory : {"/data/journal", "/data/archive"})
            ASSERT_TRUE(files::create_directories(world.files, directory));
        for (const char* directory : {"/", "/data"}) ASSERT_TRUE(world.files.sync_directory(directory));
        for (const auto& [path, bytes] : contents)
            ASSERT_TRUE(files::write_file_atomically(world.files, "/data/" + path, bytes));
    }

    /// Where the entry lies in the file, if it does: the frame's or the block's bytes.
    static bool lies_at(files::FileSystem& files, const std::string& path, LogId log, Offset offset,
                        std::uint64_t position) {
        const std::string name = path.substr(path.rfind('/') + 1);
        const auto file = files.open(path, files::OpenMode::kRead);
        if (const auto number = parse_archive_name(name)) {
            const auto archive = read_archive(**file, path, *number);
            const auto runs = archive->index.find(log);
            if (runs == archive->index.end()) return false;
            return std::any_of(runs->second.begin(), runs->second.end(), [&](const Run& run) {
                return run.first <= offset && offset < run.end() && run.position <= position &&
                       position < run.position + run.bytes;
            });
        }
        SegmentScanner scanner{**file, *parse_segment_name(name), *(*file)->size()};
        while (scanner.next().value() == SegmentScanner::Step::kFrame) {
            const Frame& frame = scanner.frame();
            if (frame.header.kind == FrameKind::kEntry && frame.header.log == log &&
                frame.header.offset == offset)
                return scanner.position() <= position && position < scanner.position() + frame.bytes();
        }
        return false;
    }

  private:
    std::string payload(LogId log, std::size_t number) {
        if (log == kCatalog)
            return encode(
                CatalogChange{{{fmt::format("key{}", number), fmt::format("value{}", number)}}, {}});
        return fmt::format("{}/{}:{}", log.value(), number, std::string(world_.random.next() % 90, 'x'));
    }

    void append(LogId log, std::size_t entries = 1) {
        std::vector<std::string> payloads;
        for (std::size_t i = 0; i < entries; ++i) {
            payloads.push_back(payload(log, logs_[log].written.size()));
            logs_[log].written.push_back(payloads.back());
        }
        ASSERT_TRUE(world_.append(log, std::move(payloads)));
        world_.clock.advance(Milliseconds{1});
    }

    void trim(LogId log, std::uint64_t begin) {
        logs_[log].begin = begin;
        ASSERT_TRUE(world_.trim(log, Offset{begin}));
    }

    void remove(LogId log) {
        logs_[log].removed = true;
        ASSERT_TRUE(world_.remove(log));
    }

    void write(int round) {
        append(kBusy, 1 + round % 3);
        if (round % 4 == 0) append(kCatalog);
        if (round % 5 == 0) append(kQuiet);
        if (round % 3 == 0) append(kTrimmed);
        if (round % 9 == 8) trim(kTrimmed, logs_[kTrimmed].written.size() - 1);
        if (round == 20) remove(kRemovedEarly);
    }

    JournalWorld world_;
    std::map<LogId, Log> logs_;
    Files files_;
};

}  // namespace millrace::storage
