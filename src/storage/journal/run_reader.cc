#include "storage/journal/run_reader.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "files/helpers.h"
#include "storage/journal/recent_entries.h"
#include "storage/journal/segment_format.h"
#include "storage/journal/segment_reader.h"

namespace millrace::storage {

std::string RunReader::path_of(std::uint64_t segment) const {
    return files::join(directory_, segment_name(segment));
}

Result<files::File*> RunReader::open(std::uint64_t segment) {
    const auto found = std::find_if(newest_first_.begin(), newest_first_.end(),
                                    [&](const OpenFile& open) { return open.segment == segment; });
    if (found != newest_first_.end()) {
        newest_first_.splice(newest_first_.begin(), newest_first_, found);
    } else {
        auto file = files_.open(path_of(segment), files::OpenMode::kRead);
        if (!file) return std::unexpected(std::move(file.error()));
        newest_first_.push_front({segment, std::move(*file)});
        if (newest_first_.size() > kOpenFilesMax) newest_first_.pop_back();
    }
    return newest_first_.front().file.get();
}

Result<bool> RunReader::read(LogId log, const std::vector<PlacedRun>& runs, Offset from,
                             const ReadLimits& limits, std::vector<Entry>& into, std::size_t& bytes) {
    for (const PlacedRun& placed : runs) {
        const auto file = open(placed.segment);
        if (!file) return std::unexpected(file.error());
        auto entries = read_run(**file, path_of(placed.segment), placed.segment, log, placed.run, from);
        if (!entries) return std::unexpected(std::move(entries.error()));
        for (Entry& entry : *entries) {
            if (is_full(limits, into.size(), bytes, entry.payload.size())) return true;
            bytes += entry.payload.size();
            into.push_back(std::move(entry));
        }
    }
    return false;
}

void RunReader::remove(const std::vector<std::uint64_t>& segments) {
    for (const std::uint64_t segment : segments) {
        newest_first_.remove_if([&](const OpenFile& open) { return open.segment == segment; });
        if (auto removed = files_.remove(path_of(segment)); !removed) {
            log(LogLevel::kWarn, "a journal segment that is not needed stays",
                {{"reason", removed.error().message}});
        }
    }
    if (auto synced = files_.sync_directory(directory_); !synced) {
        log(LogLevel::kWarn, "removed journal segments may come back", {{"reason", synced.error().message}});
    }
}

}  // namespace millrace::storage
