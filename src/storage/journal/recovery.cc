#include "storage/journal/recovery.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "base/log.h"
#include "files/helpers.h"
#include "storage/journal/segment_format.h"
#include "storage/journal/segment_reader.h"

namespace millrace::storage {
namespace {

class Recovery {
  public:
    Recovery(files::FileSystem& files, const std::string& directory, FsyncMode mode)
        : files_(files), directory_(directory), mode_(mode) {}

    Result<Recovered> run();

  private:
    [[nodiscard]] std::string path_of(std::uint64_t base) const {
        return files::join(directory_, segment_name(base));
    }
    [[nodiscard]] Result<> list_segments();
    /// The newest segment that was born becomes the active one; false when there is none.
    [[nodiscard]] Result<bool> open_newest();
    [[nodiscard]] Result<bool> resume(std::uint64_t base);
    [[nodiscard]] Result<> make_durable(files::File& file, std::uint64_t settled, std::uint64_t end);
    [[nodiscard]] Result<> add_older(std::uint64_t base);
    [[nodiscard]] Result<SegmentIndex> index_of(std::uint64_t base);
    void take_runs(std::uint64_t base, SegmentIndex index);
    [[nodiscard]] bool complete() const;
    [[nodiscard]] Result<> check_complete() const;

    files::FileSystem& files_;
    const std::string& directory_;
    FsyncMode mode_;
    std::vector<std::uint64_t> bases_;  ///< still to look at, oldest first
    Recovered recovered_;
    /// Per log: all entries from here to its end were found.
    std::unordered_map<LogId, Offset> found_from_;
};

Result<> Recovery::list_segments() {
    const auto entries = files_.list(directory_);
    if (!entries) return std::unexpected(entries.error());
    for (const files::DirectoryEntry& entry : *entries) {
        if (const auto base = parse_segment_name(entry.name)) bases_.push_back(*base);
    }
    std::sort(bases_.begin(), bases_.end());
    return {};
}

Result<bool> Recovery::open_newest() {
    while (!bases_.empty()) {
        const std::uint64_t base = bases_.back();
        bases_.pop_back();
        auto resumed = resume(base);
        if (!resumed || *resumed) return resumed;
        // The process ended while it made this segment: nothing was acknowledged in it.
        log(LogLevel::kWarn, "removing a journal segment that was never finished", {{"file", path_of(base)}});
        if (auto removed = files_.remove(path_of(base)); !removed)
            return std::unexpected(std::move(removed.error()));
        if (auto synced = files_.sync_directory(directory_); !synced)
            return std::unexpected(std::move(synced.error()));
    }
    return false;
}

Result<bool> Recovery::resume(std::uint64_t base) {
    const std::string path = path_of(base);
    auto file = files_.open(path, files::OpenMode::kReadWrite);
    if (!file) return std::unexpected(std::move(file.error()));
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    std::string header(kSegmentHeaderBytes, '\0');
    const auto count = (*file)->read_at(0, header);
    if (!count) return std::unexpected(count.error());
    header.resize(*count);
    const HeaderState state = check_segment_header(header, base);
    if (state == HeaderState::kNewerVersion) return fail_newer_version(path, header);

    auto contents = scan_segment(**file, path, base);
    if (!contents) return std::unexpected(std::move(contents.error()));
    if (contents->unborn()) return false;
    if (state == HeaderState::kDamaged)
        return fail_damaged(path, 0, "the segment's header is not what was written");

    if (contents->torn) {
        log(LogLevel::kWarn, "cutting off the trace of a write that was interrupted",
            {{"file", path},
             {"at", std::to_string(contents->data_end)},
             {"bytes", std::to_string(*size - contents->data_end)}});
    }
    if (*size > contents->data_end) {
        if (auto cut = (*file)->truncate(contents->data_end); !cut)
            return std::unexpected(std::move(cut.error()));
    }
    if (mode_.when != FsyncMode::When::kNever) {
        if (auto durable = make_durable(**file, contents->settled, contents->data_end); !durable) {
            return std::unexpected(std::move(durable.error()));
        }
    }
    for (const auto& [log, log_state] : contents->table) {
        recovered_.index.restore(log, log_state);
        found_from_[log] = log_state.end;
    }
    recovered_.index.set_segment(base, contents->data_end, false);
    recovered_.table = std::move(contents->table);
    take_runs(base, contents->index);
    recovered_.active = std::make_unique<SegmentWriter>(std::move(*file), base, contents->data_end,
                                                        std::move(contents->index), mode_);
    return true;
}

/// What the last process wrote and perhaps never synced will be built upon. It is written once more, because
/// after a sync that failed the system takes the pages for clean, and the next sync succeeds without writing
/// them.
Result<> Recovery::make_durable(files::File& file, std::uint64_t settled, std::uint64_t end) {
    std::string bytes(static_cast<std::size_t>(end - settled), '\0');
    if (auto read = file.read_at(settled, bytes); !read) return std::unexpected(std::move(read.error()));
    const std::string_view pieces[] = {bytes};
    if (auto written = file.write_at(settled, pieces); !written) return written;
    if (auto synced = file.sync(); !synced) return synced;
    return files_.sync_directory(directory_);
}

void Recovery::take_runs(std::uint64_t base, SegmentIndex index) {
    for (auto& [log, runs] : index) {
        const auto state = recovered_.table.find(log);
        if (state == recovered_.table.end()) continue;
        Offset& found_from = found_from_[log];
        // A log that began anew under the same id has all its entries in newer segments already.
        if (found_from <= state->second.begin || runs.back().end() != found_from) continue;
        found_from = runs.front().first;
        recovered_.index.prepend(log, base, std::move(runs));
    }
}

bool Recovery::complete() const {
    return std::all_of(recovered_.table.begin(), recovered_.table.end(),
                       [&](const auto& log) { return found_from_.at(log.first) <= log.second.begin; });
}

Result<SegmentIndex> Recovery::index_of(std::uint64_t base) {
    const std::string path = path_of(base);
    auto file = files_.open(path, files::OpenMode::kRead);
    if (!file) return std::unexpected(std::move(file.error()));
    std::string header(kSegmentHeaderBytes, '\0');
    const auto count = (*file)->read_at(0, header);
    if (!count) return std::unexpected(count.error());
    header.resize(*count);
    const HeaderState state = check_segment_header(header, base);
    if (state == HeaderState::kNewerVersion) return fail_newer_version(path, header);
    if (state == HeaderState::kDamaged)
        return fail_damaged(path, 0, "the segment's header is not what was written");

    auto index = read_segment_index(**file, path, base);
    if (!index) return std::unexpected(std::move(index.error()));
    if (*index) return std::move(**index);
    auto contents = scan_segment(**file, path, base);
    if (!contents) return std::unexpected(std::move(contents.error()));
    if (contents->torn) {
        return fail_damaged(path, contents->data_end,
                            "no valid frame begins here, and newer segments follow");
    }
    return std::move(contents->index);
}

Result<> Recovery::add_older(std::uint64_t base) {
    if (complete()) {
        recovered_.dead.push_back(base);
        return {};
    }
    auto info = files_.info(path_of(base));
    if (!info) return std::unexpected(std::move(info.error()));
    auto index = index_of(base);
    if (!index) return std::unexpected(std::move(index.error()));
    take_runs(base, std::move(*index));
    recovered_.index.set_segment(base, info->size, true);
    return {};
}

Result<> Recovery::check_complete() const {
    for (const auto& [log, state] : recovered_.table) {
        const Offset from = found_from_.at(log);
        if (from <= state.begin) continue;
        return fail(ErrorCode::kCorruption,
                    fmt::format("entries {} to {} of log {} are missing: has a file been removed from {}?",
                                state.begin.value(), from.value() - 1, log.value(), directory_));
    }
    return {};
}

Result<Recovered> Recovery::run() {
    if (auto listed = list_segments(); !listed) return std::unexpected(std::move(listed.error()));
    const auto found = open_newest();
    if (!found) return std::unexpected(found.error());
    if (!*found) {
        auto first = SegmentWriter::create(files_, directory_, 0, {}, mode_);
        if (!first) return std::unexpected(std::move(first.error()));
        recovered_.active = std::move(*first);
        recovered_.index.set_segment(0, recovered_.active->size(), false);
        return std::move(recovered_);
    }
    for (; !bases_.empty(); bases_.pop_back()) {
        if (auto added = add_older(bases_.back()); !added) return std::unexpected(std::move(added.error()));
    }
    if (auto checked = check_complete(); !checked) return std::unexpected(std::move(checked.error()));
    for (const std::uint64_t base : recovered_.index.take_dead_segments()) recovered_.dead.push_back(base);
    return std::move(recovered_);
}

}  // namespace

Result<Recovered> recover_journal(files::FileSystem& files, const std::string& directory, FsyncMode mode) {
    return Recovery{files, directory, mode}.run();
}

}  // namespace millrace::storage
