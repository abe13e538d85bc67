#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "base/log.h"
#include "base/random.h"
#include "files/helpers.h"
#include "files/simulated_file_system.h"
#include "storage/journal/recovery.h"
#include "storage/journal/segment_format.h"
#include "storage/journal/segment_reader.h"
#include "valid_checksums.h"

using namespace millrace;
using namespace millrace::storage;

namespace {

/// Recovery of any bytes ends, and what it accepts it accepts again with the same contents.
void recover(std::string_view bytes) {
    SeededRandom random{1};
    files::SimulatedFileSystem files{random};
    const StorageDirectories directories{.journal = "/j", .archive = "/a"};
    MILLRACE_ASSERT(files.create_directory(directories.journal).has_value());
    MILLRACE_ASSERT(files.create_directory(directories.archive).has_value());
    const std::string path = directories.path_of(FileId::segment(0));
    MILLRACE_ASSERT(files::write_file(files, path, bytes).has_value());
    const auto first = recover_journal(files, directories, {});
    if (!first) return;
    const std::string after = files::read_file(files, path).value();
    const auto second = recover_journal(files, directories, {});
    MILLRACE_ASSERT(second.has_value());
    MILLRACE_ASSERT(second->table == first->table);
    MILLRACE_ASSERT(files::read_file(files, path).value() == after);
    const auto file = files.open(path, files::OpenMode::kRead, 0);
    for (const auto& [log, state] : first->table) {
        std::uint64_t found = 0;
        for (const PlacedRun& placed : first->index.runs(log, state.begin, SIZE_MAX, SIZE_MAX)) {
            std::vector<Entry> entries;
            MILLRACE_ASSERT(read_run(**file, path, 0, log, placed.run, state.begin, entries).has_value());
            found += entries.size();
        }
        MILLRACE_ASSERT(found == state.end.value() - state.begin.value());
    }
}

template <class Decoded>
void round_trip(std::optional<Decoded> decoded) {
    if (decoded) MILLRACE_ASSERT(encode(*decoded).size() > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    set_log_level(LogLevel::kError);  // what recovery cuts off is no news here
    recover(bytes);
    recover(segment_with_valid_checksums(std::string{bytes}, 0));
    round_trip(decode_log_table(bytes));
    round_trip(decode_segment_index(bytes));
    static_cast<void>(decode_segment_trailer(bytes, 0));
    return 0;
}
