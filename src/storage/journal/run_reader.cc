#include "storage/journal/run_reader.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/log.h"
#include "storage/archive/archive_reader.h"
#include "storage/journal/recent_entries.h"
#include "storage/journal/segment_reader.h"

namespace millrace::storage {

Result<files::File*> RunReader::open(FileId id) {
    const auto found = std::find_if(newest_first_.begin(), newest_first_.end(),
                                    [&](const OpenFile& open) { return open.id == id; });
    if (found != newest_first_.end()) {
        newest_first_.splice(newest_first_.begin(), newest_first_, found);
    } else {
        auto file = files_.open(directories_.path_of(id), files::OpenMode::kRead);
        if (!file) return std::unexpected(std::move(file.error()));
        newest_first_.push_front({id, std::move(*file)});
        if (newest_first_.size() > kOpenFilesMax) newest_first_.pop_back();
    }
    return newest_first_.front().file.get();
}

std::pair<std::span<const Entry>, Result<>> RunReader::entries_of(LogId log, const PlacedRun& placed,
                                                                  Offset from) {
    Result<> outcome;
    const std::vector<Entry>* entries = blocks_.find(placed);
    if (entries == nullptr) {
        const auto file = open(placed.file);
        if (!file) return {{}, std::unexpected(file.error())};
        const std::string path = directories_.path_of(placed.file);
        const std::uint64_t number = placed.file.number;
        if (placed.file.is_segment()) {
            outcome = read_run(**file, path, number, log, placed.run, from, run_);
            entries = &run_;
        } else {
            auto block = read_block(**file, path, number, log, placed.run, placed.run.first);
            if (!block) return {{}, std::unexpected(std::move(block.error()))};
            entries = &blocks_.add(placed, std::move(*block));
        }
    }
    const auto first =
        std::lower_bound(entries->begin(), entries->end(), from,
                         [](const Entry& entry, Offset offset) { return entry.offset < offset; });
    return {{first, entries->end()}, std::move(outcome)};
}

Result<> RunReader::read(LogId log, std::span<const PlacedRun> runs, const ReadLimits& limits,
                         ReadProgress& progress) {
    for (const PlacedRun& placed : runs) {
        if (placed.run.is_gap()) {
            progress.from = placed.run.end();
            continue;
        }
        const auto [entries, outcome] = entries_of(log, placed, progress.from);
        if (outcome) progress.sound_until = placed.run.end();
        for (const Entry& entry : entries) {
            if (is_full(limits, progress.entries.size(), progress.bytes, entry.payload.size())) {
                progress.full = true;
                return {};
            }
            progress.bytes += entry.payload.size();
            progress.entries.push_back(entry);
        }
        if (!outcome) return outcome;
        progress.from = placed.run.end();
    }
    return {};
}

void RunReader::remove(std::span<const FileId> files) {
    std::set<std::string_view> changed;
    for (const FileId id : files) {
        newest_first_.remove_if([&](const OpenFile& open) { return open.id == id; });
        blocks_.forget(id);
        changed.insert(id.is_segment() ? directories_.journal : directories_.archive);
        if (auto removed = files_.remove(directories_.path_of(id)); !removed) {
            log(LogLevel::kWarn, "a file that is not needed stays", {{"reason", removed.error().message}});
        }
    }
    for (const std::string_view directory : changed) {
        if (auto synced = files_.sync_directory(std::string{directory}); !synced) {
            log(LogLevel::kWarn, "removed files may come back", {{"reason", synced.error().message}});
        }
    }
}

}  // namespace millrace::storage
