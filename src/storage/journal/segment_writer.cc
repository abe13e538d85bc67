#include "storage/journal/segment_writer.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "files/helpers.h"
#include "storage/journal/segment_format.h"

namespace millrace::storage {
namespace {

constexpr std::array<char, FsyncMode::kZerosAheadMax> kZeros{};

/// Reserved in advance, once more than that is asked for anyway, so that most appends need not ask.
constexpr std::uint64_t kReserveStepBytes = 1_MiB;

/// A new file; one that a failed attempt left behind makes way.
Result<std::unique_ptr<files::File>> open_new(files::FileSystem& files, const std::string& path) {
    auto file = files.open(path, files::OpenMode::kCreateNew);
    if (file || file.error().code != ErrorCode::kAlreadyExists) return file;
    if (auto removed = files.remove(path); !removed) return std::unexpected(std::move(removed.error()));
    return files.open(path, files::OpenMode::kCreateNew);
}

std::string unfinished_path(const std::string& directory) {
    return files::join(directory, kUnfinishedSegmentName);
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::prepare(files::FileSystem& files,
                                                              const std::string& directory,
                                                              const Start& start, FsyncMode mode) {
    auto file = open_new(files, unfinished_path(directory));
    if (!file) return std::unexpected(std::move(file.error()));
    const std::string header = encode_segment_header(start.base);
    const std::string payload = encode(start.table);
    FrameBatch batch;
    batch.start(start.base + header.size(), 0);
    batch.add({.kind = FrameKind::kTable, .offset = Offset{start.cleared}}, payload);
    std::vector<std::string_view> pieces = batch.pieces();
    pieces.insert(pieces.begin(), header);
    const std::uint64_t size = header.size() + batch.bytes();

    Result<> made = (*file)->reserve(0, size + start.held_back);
    if (made) made = (*file)->write_at(0, pieces);
    if (made && mode.when != FsyncMode::When::kNever) made = (*file)->sync();
    if (!made) {
        static_cast<void>(files.remove(unfinished_path(directory)));  // gives back its room, if that can be
        return std::unexpected(std::move(made.error()));
    }
    auto writer = std::make_unique<SegmentWriter>(std::move(*file), start.base, start.cleared, size,
                                                  SegmentIndex{}, mode);
    writer->reserved_ = size + start.held_back;
    return writer;
}

Result<> SegmentWriter::publish(files::FileSystem& files, const std::string& path,
                                files::Directory& directory) {
    const std::string name = files::join(path, segment_name(base_));
    if (auto renamed = files.rename(unfinished_path(path), name); !renamed) return renamed;
    if (mode_.when != FsyncMode::When::kNever) {
        if (auto synced = directory.sync(); !synced)
            return fail(ErrorCode::kInternal, std::move(synced.error().message));
    }
    // It is the same file; only that errors name it as it is called now.
    if (auto file = files.open(name, files::OpenMode::kReadWrite)) file_ = std::move(*file);
    return {};
}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(files::FileSystem& files,
                                                             const std::string& directory, const Start& start,
                                                             FsyncMode mode) {
    const auto opened = files.open_directory(directory);
    if (!opened) return std::unexpected(opened.error());
    auto made = prepare(files, directory, start, mode);
    if (!made) return made;
    if (auto published = (*made)->publish(files, directory, **opened); !published)
        return std::unexpected(std::move(published.error()));
    return made;
}

SegmentWriter::SegmentWriter(std::unique_ptr<files::File> file, std::uint64_t base, std::uint64_t cleared,
                             std::uint64_t size, const SegmentIndex& index, FsyncMode mode)
    : file_(std::move(file)),
      base_(base),
      cleared_(cleared),
      size_(size),
      synced_(size),
      written_(size),
      reserved_(size),
      runs_(index),
      mode_(mode) {}

Result<> SegmentWriter::reserve(std::uint64_t bytes) {
    const std::uint64_t needed = size_ + bytes;
    if (needed <= reserved_) return {};
    const std::uint64_t missing = needed - reserved_;
    if (bytes >= kReserveStepBytes && file_->reserve(reserved_, missing + kReserveStepBytes)) {
        reserved_ = needed + kReserveStepBytes;
        return {};
    }
    if (auto reserved = file_->reserve(reserved_, missing); !reserved) return reserved;
    reserved_ = needed;
    return {};
}

void SegmentWriter::give_back() {
    // What cannot be given back now goes with the file.
    if (file_->truncate(written_)) reserved_ = written_;
}

void SegmentWriter::start(FrameBatch& batch) const {
    batch.start(base_ + size_, static_cast<std::uint32_t>(synced_));
}

Result<> SegmentWriter::write(const FrameBatch& batch) {
    // Somebody else may have cut it; what is written now would lie behind a hole.
    const auto bytes = file_->size();
    if (!bytes) return std::unexpected(bytes.error());
    if (*bytes < size_)
        return fail(ErrorCode::kIo,
                    fmt::format("segment {} was cut while it was written", segment_name(base_)));
    const std::uint64_t end = size_ + batch.bytes();
    const std::uint64_t ahead = zeros_ahead(batch);
    std::vector<std::string_view> pieces = batch.pieces();
    if (ahead > 0) pieces.emplace_back(kZeros.data(), ahead);
    written_ = std::max(written_, end + ahead);
    auto written = file_->write_at(size_, pieces);
    if (!written && ahead > 0 && written.error().code == ErrorCode::kResourceExhausted) {
        pieces.pop_back();  // there may be room for the batch alone
        written = file_->write_at(size_, pieces);
    }
    if (!written) {
        has_trace_ = true;
        return written;
    }
    size_ = end;
    return {};
}

std::uint64_t SegmentWriter::zeros_ahead(const FrameBatch& batch) const {
    const bool longer = size_ + batch.bytes() > written_;
    const bool small = batch.bytes() <= FsyncMode::kSmallWriteBytes;
    return longer && small && mode_.when == FsyncMode::When::kAlways ? mode_.zeros_ahead : 0;
}

Result<> SegmentWriter::sync() {
    // With kNever everything written counts as settled: nothing could tell a torn write from damage after a
    // loss of power, so damage is reported rather than cut away.
    if (mode_.when != FsyncMode::When::kNever) {
        if (auto synced = file_->sync(); !synced)
            return fail(ErrorCode::kIo, std::move(synced.error().message));
    }
    synced_ = size_;
    return {};
}

Result<> SegmentWriter::cut_back() {
    if (!has_trace_) return {};
    if (auto cut = file_->truncate(size_); !cut) return cut;
    written_ = reserved_ = size_;
    has_trace_ = false;
    return sync();
}

SegmentEnd SegmentWriter::end() const {
    return {runs_.encode(), encode_segment_trailer(base_, static_cast<std::uint32_t>(size_))};
}

Result<> SegmentWriter::seal(const SegmentEnd& end) {
    FrameBatch batch;
    start(batch);
    batch.add({.kind = FrameKind::kIndex}, end.index);
    std::vector<std::string_view> pieces = batch.pieces();
    pieces.push_back(end.trailer);
    const std::uint64_t bytes = size_ + end.bytes();
    const std::uint64_t before = std::exchange(written_, std::max(written_, bytes));
    has_trace_ = true;
    if (auto written = file_->write_at(size_, pieces); !written) return written;
    if (before > bytes) {  // zeros behind the trailer
        if (auto cut = file_->truncate(bytes); !cut) return cut;
        written_ = reserved_ = bytes;
    }
    return sync();
}

}  // namespace millrace::storage
