#include "storage/journal/segment_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "files/helpers.h"
#include "storage/journal/segment_format.h"

namespace millrace::storage {
namespace {

constexpr std::array<char, FsyncMode::kZerosAheadMax> kZeros{};

Result<> fill(files::FileSystem& files, const std::string& directory, files::File& file,
              const std::vector<std::string_view>& pieces, FsyncMode mode) {
    if (auto written = file.write_at(0, pieces); !written) return written;
    if (mode.when == FsyncMode::When::kNever) return {};
    if (auto synced = file.sync(); !synced) return synced;
    return files.sync_directory(directory);
}

Result<> remove_durably(files::FileSystem& files, const std::string& directory, const std::string& path) {
    if (auto removed = files.remove(path); !removed) return removed;
    return files.sync_directory(directory);
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(files::FileSystem& files,
                                                             const std::string& directory, std::uint64_t base,
                                                             const LogTable& table, std::uint64_t cleared,
                                                             FsyncMode mode) {
    const std::string path = files::join(directory, segment_name(base));
    auto file = files.open(path, files::OpenMode::kCreateNew);
    if (!file) return std::unexpected(std::move(file.error()));

    const std::string header = encode_segment_header(base);
    const std::string payload = encode(table);
    FrameBatch batch;
    batch.start(base + header.size(), 0);
    batch.add({.kind = FrameKind::kTable, .offset = Offset{cleared}}, payload);
    std::vector<std::string_view> pieces = batch.pieces();
    pieces.insert(pieces.begin(), header);
    if (auto filled = fill(files, directory, **file, pieces, mode); !filled) {
        // Left behind, it would be taken for the newest segment after a restart.
        if (auto removed = remove_durably(files, directory, path); !removed) {
            return fail(ErrorCode::kInternal, filled.error().message + "; then: " + removed.error().message);
        }
        return std::unexpected(std::move(filled.error()));
    }
    return std::make_unique<SegmentWriter>(std::move(*file), base, cleared, header.size() + batch.bytes(),
                                           SegmentIndex{}, mode);
}

SegmentWriter::SegmentWriter(std::unique_ptr<files::File> file, std::uint64_t base, std::uint64_t cleared,
                             std::uint64_t size, const SegmentIndex& index, FsyncMode mode)
    : file_(std::move(file)),
      base_(base),
      cleared_(cleared),
      size_(size),
      synced_(size),
      file_bytes_(size),
      runs_(index),
      mode_(mode) {}

void SegmentWriter::start(FrameBatch& batch) const {
    batch.start(base_ + size_, static_cast<std::uint32_t>(synced_));
}

Result<> SegmentWriter::write(const FrameBatch& batch) {
    const std::uint64_t end = size_ + batch.bytes();
    std::vector<std::string_view> pieces = batch.pieces();
    std::uint64_t ahead = zeros_ahead(batch);
    if (ahead > 0) pieces.emplace_back(kZeros.data(), ahead);
    auto written = file_->write_at(size_, pieces);
    if (!written && ahead > 0 && written.error().code == ErrorCode::kResourceExhausted) {
        ahead = 0;  // there may be room for the batch alone
        pieces.pop_back();
        written = file_->write_at(size_, pieces);
    }
    if (!written) return written;
    size_ = end;
    file_bytes_ = std::max(file_bytes_, end + ahead);
    return {};
}

std::uint64_t SegmentWriter::zeros_ahead(const FrameBatch& batch) const {
    const bool longer = size_ + batch.bytes() > file_bytes_;
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
    if (auto cut = file_->truncate(size_); !cut) return cut;
    file_bytes_ = size_;
    return sync();
}

Result<std::uint64_t> SegmentWriter::seal() {
    const std::string payload = runs_.encode();
    FrameBatch batch;
    start(batch);
    batch.add({.kind = FrameKind::kIndex}, payload);
    const std::string trailer = encode_segment_trailer(base_, static_cast<std::uint32_t>(size_));
    std::vector<std::string_view> pieces = batch.pieces();
    pieces.push_back(trailer);
    if (auto written = file_->write_at(size_, pieces); !written)
        return std::unexpected(std::move(written.error()));
    const std::uint64_t end = size_ + batch.bytes() + trailer.size();
    if (auto cut = file_->truncate(end); !cut) return std::unexpected(std::move(cut.error()));
    if (auto synced = sync(); !synced) return std::unexpected(std::move(synced.error()));
    return end;
}

}  // namespace millrace::storage
