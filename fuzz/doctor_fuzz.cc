#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "base/assert.h"
#include "base/log.h"
#include "base/random.h"
#include "files/helpers.h"
#include "files/simulated_file_system.h"
#include "storage/doctor/salvage.h"
#include "storage/journal/recovery.h"
#include "storage/journal/run_reader.h"
#include "valid_checksums.h"

using namespace millrace;
using namespace millrace::storage;

namespace {

using Files = std::map<std::string, std::string>;  // path to contents

/// One file after another: a kind, a number, a length of two octets, contents. Segments follow one another,
/// with a hole where the kind says so.
Files files_of(BinaryReader input, bool valid_checksums) {
    Files files;
    std::uint64_t base = 0;
    for (;;) {
        const auto kind = input.take<std::uint8_t>();
        const auto number = input.take<std::uint8_t>();
        const auto length = input.take<std::uint16_t>();
        if (!kind || !number || !length) return files;
        std::string bytes{input.rest().substr(0, *length)};
        input = BinaryReader{input.rest().substr(bytes.size())};
        if (*kind % 4 == 0) {
            if (valid_checksums)
                bytes = archive_with_valid_checksums(std::move(bytes), {.number = *number, .until = base});
            files["/data/archive/" + archive_name(*number)] = std::move(bytes);
        } else {
            if (*kind % 4 == 1) base += *number;
            if (valid_checksums) bytes = segment_with_valid_checksums(std::move(bytes), base);
            const std::uint64_t end = base + bytes.size();
            files["/data/journal/" + segment_name(base)] = std::move(bytes);
            base = end;
        }
    }
}

/// A start takes the directory, and every entry that it names can be read.
std::map<LogId, std::uint64_t> start(files::FileSystem& files, const std::string& directory) {
    const StorageDirectories directories = StorageDirectories::below(directory);
    const auto recovered = recover_journal(files, directories, {});
    MILLRACE_ASSERT(recovered.has_value());
    RunReader reader{files, directories};
    std::map<LogId, std::uint64_t> counts;
    for (const auto& [log, state] : recovered->table) {
        ReadProgress progress{.from = state.begin};
        const auto runs = recovered->index.runs(log, state.begin, SIZE_MAX, SIZE_MAX);
        MILLRACE_ASSERT(reader.read(log, runs, {}, progress).has_value());
        MILLRACE_ASSERT(progress.from == state.end || state.begin == state.end);
        counts[log] = progress.entries.size();
    }
    return counts;
}

/// Any files can be looked at, and what is salvaged of them is a data directory.
void examine(const Files& contents) {
    SeededRandom random{1};
    files::SimulatedFileSystem files{random};
    for (const char* path : {"/data/journal", "/data/archive"})
        MILLRACE_ASSERT(files::create_directories(files, path).has_value());
    for (const auto& [path, bytes] : contents)
        MILLRACE_ASSERT(files::write_file(files, path, bytes).has_value());
    const auto inspection = inspect(files, "/data");
    MILLRACE_ASSERT(inspection.has_value());
    if (inspection->newer_version) return;
    const auto report = salvage(files, *inspection, "/saved");
    MILLRACE_ASSERT(report.has_value());
    const auto saved = inspect(files, "/saved");
    MILLRACE_ASSERT(saved && saved->sound());
    for (const auto& [log, count] : start(files, "/saved")) {
        const auto copied = report->logs.find(log);
        const std::uint64_t expected = copied == report->logs.end() ? 0 : copied->second.copied;
        // The catalog may have got a mark.
        MILLRACE_ASSERT(count == expected || (log == LogId{0} && count == expected + 1));
    }
    if (inspection->sound()) start(files, "/data");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BinaryReader input{{reinterpret_cast<const char*>(data), size}};
    set_log_level(LogLevel::kError);
    examine(files_of(input, false));
    examine(files_of(input, true));
    return 0;
}
