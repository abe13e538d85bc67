#include "storage/archive/archive_pass.h"

#include <fmt/format.h>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "storage/damage.h"
#include "storage/doctor/offset_ranges.h"
#include "storage/journal/segment_reader.h"

namespace millrace::storage {
namespace {

using Visit = std::function<Result<>(LogId, Offset, WallTime, std::string_view payload)>;

/// What lives of a log in the segment that is being read.
struct Wanted {
    Offset first;
    Offset end;
    Offset next;  ///< that was not met yet
};

class Pass {
  public:
    Pass(files::FileSystem& files, const StorageDirectories& directories, const ArchivePass& plan,
         const std::atomic<bool>& stop)
        : files_(files), directories_(directories), plan_(plan), stop_(stop) {}

    Result<std::vector<ArchivedFile>> run();
    void undo();
    /// The source that cannot be read; none when the pass failed for another reason.
    [[nodiscard]] std::optional<FileId> unreadable() const { return unreadable_; }

  private:
    [[nodiscard]] bool reads_segments() const { return plan_.sources.front().is_segment(); }
    [[nodiscard]] Result<> check_stop() const;
    [[nodiscard]] std::unexpected<Error> cannot_read(FileId source, Error error);
    [[nodiscard]] Result<std::unique_ptr<files::File>> open(FileId source);
    [[nodiscard]] Result<std::unordered_map<LogId, std::uint64_t>> measure();
    [[nodiscard]] Result<> visit_segments(const Visit& visit);
    [[nodiscard]] Result<> visit_segment(FileId segment, const Visit& visit);
    [[nodiscard]] Result<> copy_segments();
    [[nodiscard]] Result<> copy_archives();
    [[nodiscard]] Result<> check_copied(const std::vector<ArchivedFile>& made) const;
    [[nodiscard]] Result<> copy_run(files::File& file, FileId source, LogId log, const Run& run);

    files::FileSystem& files_;
    const StorageDirectories& directories_;
    const ArchivePass& plan_;
    const std::atomic<bool>& stop_;
    std::optional<ArchiveOutputs> outputs_;
    std::optional<FileId> unreadable_;
};

Result<> Pass::check_stop() const {
    if (stop_) return fail(ErrorCode::kUnavailable, "the archiver was stopped");
    return {};
}

std::unexpected<Error> Pass::cannot_read(FileId source, Error error) {
    unreadable_ = source;
    return std::unexpected(std::move(error));
}

Result<std::unique_ptr<files::File>> Pass::open(FileId source) {
    auto file = files_.open(directories_.path_of(source), files::OpenMode::kRead);
    // Anything else may be a lack of descriptors, which passes.
    if (!file && file.error().code == ErrorCode::kNotFound)
        return cannot_read(source, std::move(file.error()));
    return file;
}

Result<std::unordered_map<LogId, std::uint64_t>> Pass::measure() {
    std::unordered_map<LogId, std::uint64_t> sizes;
    if (reads_segments()) {
        auto visited = visit_segments([&](LogId log, Offset, WallTime, std::string_view payload) -> Result<> {
            sizes[log] += payload.size();
            return {};
        });
        if (!visited) return std::unexpected(std::move(visited.error()));
    } else {
        for (const auto& [log, extent] : plan_.extents) sizes[log] += extent.bytes();
    }
    return sizes;
}

Result<> Pass::visit_segments(const Visit& visit) {
    for (const FileId segment : plan_.sources) {
        if (auto visited = visit_segment(segment, visit); !visited) return visited;
    }
    return {};
}

Result<> Pass::visit_segment(FileId segment, const Visit& visit) {
    std::unordered_map<LogId, Wanted> live;
    for (const auto& [log, extent] : plan_.extents) {
        if (extent.file == segment) live[log] = {extent.first(), extent.end(), extent.first()};
    }
    const std::string path = directories_.path_of(segment);
    auto file = open(segment);
    if (!file) return std::unexpected(std::move(file.error()));
    const auto size = (*file)->size();
    if (!size) return cannot_read(segment, size.error());
    SegmentScanner scanner{**file, segment.number, *size};
    const auto damaged = [&](std::string_view what) {
        return cannot_read(segment, fail_damaged(path, scanner.position(), what).error());
    };
    for (;;) {
        if (auto going = check_stop(); !going) return going;
        const auto step = scanner.next();
        if (!step) return cannot_read(segment, step.error());
        if (*step == SegmentScanner::Step::kDamaged) return damaged("no valid frame begins here");
        if (*step == SegmentScanner::Step::kEnd) break;
        const FrameHeader& header = scanner.frame().header;
        if (header.kind == FrameKind::kIndex) break;
        if (header.kind != FrameKind::kEntry) continue;
        const auto found = live.find(header.log);
        if (found == live.end()) continue;
        Wanted& wanted = found->second;
        if (header.offset < wanted.first || header.offset >= wanted.end) continue;
        if (header.offset != wanted.next) return damaged("another entry than the index says");
        wanted.next = Offset{wanted.next.value() + 1};
        auto visited = visit(header.log, header.offset, header.time, scanner.frame().payload);
        if (!visited) return visited;
    }
    // The file may have become shorter since its index was read.
    for (const auto& [log, wanted] : live) {
        if (wanted.next == wanted.end) continue;
        return damaged(fmt::format("entries {} to {} of log {} should come before", wanted.next.value(),
                                   wanted.end.value() - 1, log.value()));
    }
    return {};
}

Result<> Pass::copy_segments() {
    return visit_segments(
        [this](LogId log, Offset offset, WallTime time, std::string_view payload) -> Result<> {
            return outputs_->add(log, offset, time, payload);
        });
}

Result<> Pass::copy_archives() {
    for (auto at = plan_.extents.begin(); at != plan_.extents.end(); ++at) {
        const auto& [log, extent] = *at;
        auto file = open(extent.file);
        if (!file) return std::unexpected(std::move(file.error()));
        auto runs = extent.runs.all();
        while (const auto run = runs.next()) {
            if (auto going = check_stop(); !going) return going;
            if (auto copied = copy_run(**file, extent.file, log, *run); !copied) return copied;
        }
        const auto next = std::next(at);
        if (next != plan_.extents.end() && next->first == log) continue;
        if (auto ended = outputs_->end_log(log); !ended) return ended;
    }
    return {};
}

Result<> Pass::copy_run(files::File& file, FileId source, LogId log, const Run& run) {
    if (run.is_gap()) return outputs_->add_gap(log, run.first, run.count, run.first_time, run.gap_reason());
    const auto entries = read_block(file, directories_.path_of(source), source.number, log, run, run.first);
    if (!entries) return cannot_read(source, entries.error());
    for (const Entry& entry : *entries) {
        if (auto added = outputs_->add(log, entry.offset, entry.time, entry.payload.view()); !added)
            return added;
    }
    return {};
}

Result<std::vector<ArchivedFile>> Pass::run() {
    auto sizes = measure();
    if (!sizes) return std::unexpected(std::move(sizes.error()));
    outputs_.emplace(ArchiveOutputs::Options{.files = files_,
                                             .directory = directories_.archive,
                                             .first_number = plan_.first_number,
                                             .until = plan_.until,
                                             .level = plan_.level,
                                             .own_file_bytes = plan_.own_file_bytes,
                                             .sizes = std::move(*sizes)});
    auto written = reads_segments() ? copy_segments() : copy_archives();
    if (!written) return std::unexpected(std::move(written.error()));
    auto made = outputs_->finish();
    if (!made) return made;
    if (auto checked = check_copied(*made); !checked) return std::unexpected(std::move(checked.error()));
    return made;
}

/// The sources go once the index points to the copies: of each log both must hold the same entries.
Result<> Pass::check_copied(const std::vector<ArchivedFile>& made) const {
    std::map<LogId, OffsetRanges> expected;
    std::map<LogId, OffsetRanges> copied;
    for (const auto& [log, extent] : plan_.extents) expected[log].add(extent.first(), extent.end());
    for (const ArchivedFile& file : made) {
        for (const auto& [log, runs] : file.index) {
            for (const Run& run : runs) copied[log].add(run.first, run.end());
        }
    }
    if (expected == copied) return {};
    return fail(ErrorCode::kInternal, "what was archived is not what was to be; it stays where it was");
}

void Pass::undo() {
    if (outputs_) outputs_->undo();
}

}  // namespace

Result<std::vector<ArchivedFile>> run_pass(files::FileSystem& files, const StorageDirectories& directories,
                                           const ArchivePass& plan, const std::atomic<bool>& stop,
                                           std::optional<FileId>& damaged) {
    Pass pass{files, directories, plan, stop};
    auto made = pass.run();
    if (!made) pass.undo();
    if (!made) damaged = pass.unreadable();
    return made;
}

}  // namespace millrace::storage
