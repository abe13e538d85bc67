#include "storage/archive/archive_pass.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "files/helpers.h"
#include "storage/archive/archive_format.h"
#include "storage/archive/archive_writer.h"
#include "storage/journal/segment_format.h"
#include "storage/journal/segment_reader.h"

namespace millrace::storage {
namespace {

using Visit = std::function<Result<>(LogId, Offset, WallTime, std::string_view payload)>;

class Pass {
  public:
    Pass(files::FileSystem& files, const StorageDirectories& directories, const ArchivePass& plan,
         const std::atomic<bool>& stop)
        : files_(files), directories_(directories), plan_(plan), stop_(stop) {}

    Result<std::vector<ArchivedFile>> run();
    void undo();

  private:
    [[nodiscard]] bool reads_segments() const { return plan_.sources.front().is_segment(); }
    [[nodiscard]] Result<> check_stop() const;
    [[nodiscard]] Result<> measure();
    [[nodiscard]] Result<> visit_segments(const Visit& visit);
    [[nodiscard]] Result<> visit_segment(FileId segment, const Visit& visit);
    [[nodiscard]] Result<> visit_archives(const Visit& visit);
    [[nodiscard]] Result<ArchiveWriter*> writer_of(LogId log);
    [[nodiscard]] Result<ArchiveWriter*> new_writer(std::uint32_t level);
    [[nodiscard]] Result<std::vector<ArchivedFile>> finish();

    files::FileSystem& files_;
    const StorageDirectories& directories_;
    const ArchivePass& plan_;
    const std::atomic<bool>& stop_;
    std::unordered_map<LogId, std::uint64_t> sizes_;
    struct Output {
        std::uint32_t level;
        std::unique_ptr<ArchiveWriter> writer;
    };
    std::vector<Output> outputs_;  ///< their numbers follow plan_.first_number
    std::unordered_map<LogId, ArchiveWriter*> own_;
    ArchiveWriter* shared_ = nullptr;
};

Result<> Pass::check_stop() const {
    if (stop_) return fail(ErrorCode::kUnavailable, "the archiver was stopped");
    return {};
}

Result<> Pass::measure() {
    if (reads_segments()) {
        return visit_segments([this](LogId log, Offset, WallTime, std::string_view payload) -> Result<> {
            sizes_[log] += payload.size();
            return {};
        });
    }
    for (const auto& [log, extent] : plan_.extents) sizes_[log] += extent.bytes();
    return {};
}

Result<> Pass::visit_segments(const Visit& visit) {
    for (const FileId segment : plan_.sources) {
        if (auto visited = visit_segment(segment, visit); !visited) return visited;
    }
    return {};
}

Result<> Pass::visit_segment(FileId segment, const Visit& visit) {
    std::unordered_map<LogId, const Extent*> live;
    for (const auto& [log, extent] : plan_.extents) {
        if (extent.file == segment) live[log] = &extent;
    }
    const std::string path = directories_.path_of(segment);
    auto file = files_.open(path, files::OpenMode::kRead);
    if (!file) return std::unexpected(std::move(file.error()));
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    SegmentScanner scanner{**file, segment.number, *size};
    for (;;) {
        if (auto going = check_stop(); !going) return going;
        const auto step = scanner.next();
        if (!step) return std::unexpected(step.error());
        if (*step == SegmentScanner::Step::kDamaged)
            return fail_damaged(path, scanner.position(), "no valid frame begins here");
        if (*step == SegmentScanner::Step::kEnd) return {};
        const FrameHeader& header = scanner.frame().header;
        if (header.kind == FrameKind::kIndex) return {};
        if (header.kind != FrameKind::kEntry) continue;
        const auto found = live.find(header.log);
        if (found == live.end() || header.offset < found->second->first() ||
            header.offset >= found->second->end())
            continue;
        auto visited = visit(header.log, header.offset, header.time, scanner.frame().payload);
        if (!visited) return visited;
    }
}

Result<> Pass::visit_archives(const Visit& visit) {
    for (const auto& [log, extent] : plan_.extents) {
        const std::string path = directories_.path_of(extent.file);
        auto file = files_.open(path, files::OpenMode::kRead);
        if (!file) return std::unexpected(std::move(file.error()));
        for (const Run& run : extent.runs) {
            if (auto going = check_stop(); !going) return going;
            const auto entries = read_block(**file, path, extent.file.number, log, run, run.first);
            if (!entries) return std::unexpected(entries.error());
            for (const Entry& entry : *entries) {
                auto visited = visit(log, entry.offset, entry.time, entry.payload.view());
                if (!visited) return visited;
            }
        }
    }
    return {};
}

Result<ArchiveWriter*> Pass::new_writer(std::uint32_t level) {
    auto writer = ArchiveWriter::create({.files = files_,
                                         .directory = directories_.archive,
                                         .number = plan_.first_number + outputs_.size(),
                                         .until = plan_.until,
                                         .level = level});
    if (!writer) return std::unexpected(std::move(writer.error()));
    outputs_.push_back({level, std::move(*writer)});
    return outputs_.back().writer.get();
}

Result<ArchiveWriter*> Pass::writer_of(LogId log) {
    if (sizes_[log] < plan_.own_file_bytes) {
        if (shared_ == nullptr) {
            const auto made = new_writer(plan_.level);
            if (!made) return made;
            shared_ = *made;
        }
        return shared_;
    }
    ArchiveWriter*& own = own_[log];
    if (own == nullptr) {
        const auto made = new_writer(kOwnFileLevel);
        if (!made) return made;
        own = *made;
    }
    return own;
}

Result<std::vector<ArchivedFile>> Pass::finish() {
    std::vector<ArchivedFile> made;
    for (const Output& output : outputs_) {
        auto finished = output.writer->finish();
        if (!finished) return std::unexpected(std::move(finished.error()));
        made.push_back(archived_file(finished->number, {.until = plan_.until,
                                                        .level = output.level,
                                                        .index = std::move(finished->index),
                                                        .bytes = finished->bytes}));
    }
    for (const ArchivedFile& file : made) {
        auto published = publish_archive(files_, directories_.archive, file.id.number);
        if (!published) return std::unexpected(std::move(published.error()));
    }
    if (auto synced = files_.sync_directory(directories_.archive); !synced)
        return std::unexpected(std::move(synced.error()));
    return made;
}

Result<std::vector<ArchivedFile>> Pass::run() {
    if (auto measured = measure(); !measured) return std::unexpected(std::move(measured.error()));
    const Visit write = [this](LogId log, Offset offset, WallTime time,
                               std::string_view payload) -> Result<> {
        const auto writer = writer_of(log);
        if (!writer) return std::unexpected(writer.error());
        return (*writer)->add(log, offset, time, payload);
    };
    auto written = reads_segments() ? visit_segments(write) : visit_archives(write);
    if (!written) return std::unexpected(std::move(written.error()));
    return finish();
}

void Pass::undo() {
    const std::uint64_t end = plan_.first_number + outputs_.size();
    for (std::uint64_t number = plan_.first_number; number < end; ++number) {
        for (const std::string& name : {partial_archive_name(number), archive_name(number)}) {
            // What cannot be removed now goes at the next start: it is a part, or a copy.
            static_cast<void>(files_.remove(files::join(directories_.archive, name)));
        }
    }
}

}  // namespace

ArchivedFile archived_file(std::uint64_t number, ArchiveFile file) {
    FileState state{.bytes = file.bytes, .sealed = true, .level = file.level, .until = file.until};
    for (const auto& [log, runs] : file.index) {
        for (const Run& run : runs) state.block_bytes += run.bytes;
    }
    return {FileId::archive(number), state, std::move(file.index)};
}

Result<std::vector<ArchivedFile>> run_pass(files::FileSystem& files, const StorageDirectories& directories,
                                           const ArchivePass& plan, const std::atomic<bool>& stop) {
    Pass pass{files, directories, plan, stop};
    auto made = pass.run();
    if (!made) pass.undo();
    return made;
}

}  // namespace millrace::storage
