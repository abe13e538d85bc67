#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "files/helpers.h"
#include "files/simulated_file_system.h"
#include "storage/archive/archive_reader.h"
#include "storage/archive/archive_verifier.h"
#include "storage/archive/archive_writer.h"

namespace millrace::storage {

/// For tests: one entry of an archive, comparable and printable.
struct ArchivedEntry {
    std::uint64_t log = 0;
    std::uint64_t offset = 0;
    std::int64_t time = 0;
    std::string payload;
    friend auto operator<=>(const ArchivedEntry&, const ArchivedEntry&) = default;
    friend void PrintTo(const ArchivedEntry& entry, std::ostream* out) {
        *out << "log " << entry.log << " offset " << entry.offset << " time " << entry.time << " "
             << entry.payload.size() << " bytes \"" << entry.payload.substr(0, 40) << "\"";
    }
};
using ArchivedEntries = std::vector<ArchivedEntry>;

inline void append(ArchivedEntries& to, LogId log, const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
        to.push_back(
            {log.value(), entry.offset.value(), to_millis(entry.time), std::string{entry.payload.view()}});
    }
}

/// For tests: collects what a verification finds.
struct ArchiveFindings final : ArchiveVisitor {
    void on_block(LogId log, const std::vector<Entry>& block) override { append(entries, log, block); }
    void on_damage(const ArchiveDamage& damage) override { damages.push_back(damage); }

    ArchivedEntries entries;  ///< in the order of the blocks
    std::vector<ArchiveDamage> damages;
};

/// For tests: archives on a simulated disk.
struct ArchiveWorld {
    static constexpr std::uint64_t kNumber = 7;

    explicit ArchiveWorld(std::uint64_t seed = 1) : random(seed), files(random) {
        static_cast<void>(files.create_directory("/archive"));
    }

    [[nodiscard]] ArchiveWriter::Options options(BlockPacking packing = {}) {
        return {.files = files,
                .directory = "/archive",
                .number = kNumber,
                .until = 4096,
                .level = 1,
                .packing = packing};
    }

    /// Adds, finishes and publishes.
    Result<ArchiveWriter::Finished> write(const ArchivedEntries& entries, ArchiveWriter::Options options) {
        auto writer = ArchiveWriter::create(std::move(options));
        if (!writer) return std::unexpected(std::move(writer.error()));
        for (const ArchivedEntry& entry : entries) {
            auto added = (*writer)->add(LogId{entry.log}, Offset{entry.offset}, from_millis(entry.time),
                                        entry.payload);
            if (!added) return std::unexpected(std::move(added.error()));
        }
        auto finished = (*writer)->finish();
        if (!finished) return finished;
        if (auto published = publish_archive(files, "/archive", kNumber); !published)
            return std::unexpected(std::move(published.error()));
        return finished;
    }
    Result<ArchiveWriter::Finished> write(const ArchivedEntries& entries) {
        return write(entries, options());
    }

    [[nodiscard]] std::unique_ptr<files::File> open() {
        return std::move(files.open(path, files::OpenMode::kRead, 0).value());
    }

    /// The file's index and, in the order of logs and offsets, all its entries.
    Result<std::pair<ArchiveFile, ArchivedEntries>> read() {
        const auto file = open();
        auto archive = read_archive(*file, path, kNumber);
        if (!archive) return std::unexpected(std::move(archive.error()));
        ArchivedEntries found;
        for (const auto& [log, runs] : archive->index) {
            for (const Run& run : runs) {
                const auto entries = read_block(*file, path, kNumber, log, run, Offset{0});
                if (!entries) return std::unexpected(entries.error());
                append(found, log, *entries);
            }
        }
        std::sort(found.begin(), found.end());
        return std::pair{std::move(*archive), std::move(found)};
    }

    Result<ArchiveFindings> verify() {
        ArchiveFindings findings;
        const auto file = open();
        if (auto verified = verify_archive(*file, path, kNumber, findings); !verified)
            return std::unexpected(std::move(verified.error()));
        return findings;
    }

    [[nodiscard]] std::string contents() { return files::read_file(files, path).value(); }
    void replace(std::string_view contents) { static_cast<void>(files::write_file(files, path, contents)); }

    SeededRandom random;
    files::SimulatedFileSystem files;
    std::string path = "/archive/" + archive_name(kNumber);
};

}  // namespace millrace::storage
