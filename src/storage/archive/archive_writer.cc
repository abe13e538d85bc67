#include "storage/archive/archive_writer.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "files/helpers.h"

namespace millrace::storage {
namespace {

/// What an open block costs beside its own memory, about.
constexpr std::size_t kOpenBlockBytes = 128;

std::size_t cost(const BlockBuilder& block) {
    return kOpenBlockBytes + block.memory_bytes();
}

}  // namespace

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(Options options) {
    auto file = options.files.open(files::join(options.directory, partial_archive_name(options.number)),
                                   files::OpenMode::kCreateNew);
    if (!file) return std::unexpected(std::move(file.error()));
    const std::string header =
        encode(ArchiveHeader{.number = options.number, .until = options.until, .level = options.level});
    std::unique_ptr<ArchiveWriter> writer{new ArchiveWriter{std::move(options), std::move(*file)}};
    const std::string_view pieces[] = {header};
    if (auto written = writer->append(pieces); !written) return std::unexpected(std::move(written.error()));
    return writer;
}

ArchiveWriter::ArchiveWriter(Options options, std::unique_ptr<files::File> file)
    : options_(std::move(options)), file_(std::move(file)), packer_(options_.packer) {
    if (!packer_) packer_ = std::make_shared<BlockPacker>(options_.packing.zstd_level);
}

ArchiveWriter::~ArchiveWriter() = default;

Result<> ArchiveWriter::add(LogId id, Offset offset, WallTime time, std::string_view payload) {
    if (failed_) return std::unexpected(*failed_);
    Log& log = logs_[id];
    if (auto right = check(id, log, offset, time, payload); !right) return right;
    if (log.open && !log.open->takes(offset, time, payload.size(), options_.packing.block_bytes)) {
        if (auto written = write_block(id, log); !written) return written;
    }
    if (!log.open) {
        log.open = std::make_unique<BlockBuilder>(id, offset);
        open_bytes_ += cost(*log.open);
    }
    open_bytes_ -= cost(*log.open);
    log.open->add(time, payload);
    open_bytes_ += cost(*log.open);
    log.next = offset.value() + 1;
    log.newest = time;
    if (log.open->raw_bytes() >= options_.packing.block_bytes) return write_block(id, log);
    // Half of the room at once, so that looking for the largest costs little for each.
    if (open_bytes_ > options_.open_bytes_max) return write_open_blocks(options_.open_bytes_max / 2);
    return {};
}

Result<> ArchiveWriter::add_gap(LogId id, Offset first, std::uint32_t count, WallTime time, GapReason why) {
    if (failed_) return std::unexpected(*failed_);
    Log& log = logs_[id];
    if (auto right = check(id, log, first, time, {}); !right) return right;
    if (count == 0 || first.value() > std::numeric_limits<std::uint64_t>::max() - count) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("no gap of {} entries from {} on", count, first.value()));
    }
    if (log.open) {
        if (auto written = write_block(id, log); !written) return written;
    }
    index_[id].push_back({.first = first,
                          .count = count,
                          .position = static_cast<std::uint32_t>(why),
                          .bytes = 0,
                          .first_time = time});
    log.next = first.value() + count;
    log.newest = time;
    return {};
}

Result<> ArchiveWriter::check(LogId id, const Log& log, Offset offset, WallTime time,
                              std::string_view payload) const {
    if (payload.size() > kEntryBytesMax) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("an entry of {} bytes; at most {} are archived",
                                                             payload.size(), kEntryBytesMax));
    }
    if (offset.value() < log.next || offset.value() == std::numeric_limits<std::uint64_t>::max()) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("entry {} of log {} cannot be archived where {} or a later one is expected",
                                offset.value(), id.value(), log.next));
    }
    if (time < log.newest) {
        return fail(
            ErrorCode::kInvalidArgument,
            fmt::format("entry {} of log {} is older than the one before", offset.value(), id.value()));
    }
    return {};
}

Result<> ArchiveWriter::write_block(LogId id, Log& log) {
    const std::unique_ptr<BlockBuilder> block = std::exchange(log.open, nullptr);
    open_bytes_ -= cost(*block);
    const BlockPacker::Packed packed = packer_->pack(*block);
    if (position_ + packed.header.bytes() > options_.blocks_end_max) {
        failed_ =
            Error{ErrorCode::kResourceExhausted,
                  fmt::format("an archive file holds at most {} bytes of blocks", options_.blocks_end_max)};
        return std::unexpected(*failed_);
    }
    index_[id].push_back({.first = packed.header.first,
                          .count = packed.header.count,
                          .position = static_cast<std::uint32_t>(position_),
                          .bytes = static_cast<std::uint32_t>(packed.header.bytes()),
                          .first_time = packed.header.first_time});
    const std::string header = encode(packed.header, options_.number, position_);
    const std::string_view pieces[] = {header, packed.content};
    return append(pieces);
}

std::vector<std::pair<LogId, ArchiveWriter::Log*>> ArchiveWriter::open_logs() {
    std::vector<std::pair<LogId, Log*>> open;
    for (auto& [id, log] : logs_) {
        if (log.open) open.emplace_back(id, &log);
    }
    std::sort(open.begin(), open.end());
    return open;
}

Result<> ArchiveWriter::write_open_blocks(std::size_t kept_bytes) {
    auto open = open_logs();
    std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) {
        const std::size_t a_bytes = a.second->open->raw_bytes();
        const std::size_t b_bytes = b.second->open->raw_bytes();
        return a_bytes != b_bytes ? a_bytes > b_bytes : a.first < b.first;
    });
    for (const auto& [id, log] : open) {
        if (open_bytes_ <= kept_bytes) break;
        if (auto written = write_block(id, *log); !written) return written;
    }
    return {};
}

Result<ArchiveWriter::Finished> ArchiveWriter::finish() {
    if (failed_) return std::unexpected(*failed_);
    for (const auto& [id, log] : open_logs()) {
        if (auto written = write_block(id, *log); !written) return std::unexpected(written.error());
    }
    const std::string end = encode_archive_end(index_, options_.number, position_);
    const std::string_view pieces[] = {end};
    if (auto written = append(pieces); !written) return std::unexpected(written.error());
    if (auto synced = sync(); !synced) return std::unexpected(synced.error());
    return Finished{options_.number, position_, std::move(index_)};
}

Result<> ArchiveWriter::append(std::span<const std::string_view> pieces) {
    if (auto written = file_->write_at(position_, pieces); !written) {
        failed_ = written.error();
        return written;
    }
    for (const std::string_view piece : pieces) position_ += piece.size();
    if (position_ - synced_ >= kArchiveUnsyncedBytesMax) return sync();
    return {};
}

Result<> ArchiveWriter::sync() {
    if (options_.sync) {
        if (auto synced = file_->sync(); !synced) {
            failed_ = synced.error();
            return synced;
        }
    }
    synced_ = position_;
    return {};
}

Result<> publish_archive(files::FileSystem& files, const std::string& directory, std::uint64_t number) {
    return files.rename(files::join(directory, partial_archive_name(number)),
                        files::join(directory, archive_name(number)));
}

}  // namespace millrace::storage
