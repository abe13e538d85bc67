#include "storage/journal/segment_reader.h"

#include <algorithm>

namespace millrace::storage {
namespace {

constexpr std::size_t kFetchBytes = 1024 * 1024;

Result<std::string> read_exactly(files::File& file, std::uint64_t position, std::size_t bytes) {
    std::string buffer(bytes, '\0');
    const auto count = file.read_at(position, buffer);
    if (!count) return std::unexpected(count.error());
    buffer.resize(*count);
    return buffer;
}

/// Applies what the frame says. False when it contradicts what came before.
bool apply(const Frame& frame, std::uint32_t position, SegmentContents& contents) {
    const FrameHeader& header = frame.header;
    if (header.settled > position) return false;
    switch (header.kind) {
        case FrameKind::kTable: {
            auto table = decode_log_table(frame.payload);
            if (!table) return false;
            contents.table = std::move(*table);
            contents.cleared = header.offset.value();
            return true;
        }
        case FrameKind::kEntry: {
            LogState& state =
                contents.table.try_emplace(header.log, LogState{{}, {}, header.time}).first->second;
            if (header.offset != state.end) return false;
            state.end = Offset{header.offset.value() + 1};
            state.newest = header.time;
            add_to_runs(contents.index[header.log], header.offset, header.time, position,
                        static_cast<std::uint32_t>(frame.bytes()));
            return true;
        }
        case FrameKind::kTrim: {
            const auto found = contents.table.find(header.log);
            if (found == contents.table.end() || header.offset > found->second.end) return false;
            found->second.begin = std::max(found->second.begin, header.offset);
            return true;
        }
        case FrameKind::kRemove:
            contents.index.erase(header.log);
            return contents.table.erase(header.log) == 1;
        case FrameKind::kIndex:
            return true;
    }
    return false;
}

}  // namespace

SegmentScanner::SegmentScanner(files::File& file, std::uint64_t base, std::uint64_t size)
    : file_(file),
      base_(base),
      size_(size),
      position_(kSegmentHeaderBytes),
      next_position_(kSegmentHeaderBytes) {}

Result<std::string_view> SegmentScanner::fetch(std::uint64_t position, std::size_t bytes) {
    const std::uint64_t left = size_ > position ? size_ - position : 0;
    bytes = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left));
    if (position < buffer_position_ || position + bytes > buffer_position_ + buffer_.size()) {
        const std::uint64_t fetched = std::min<std::uint64_t>(std::max(bytes, kFetchBytes), left);
        auto read = read_exactly(file_, position, static_cast<std::size_t>(fetched));
        if (!read) return std::unexpected(std::move(read.error()));
        buffer_ = std::move(*read);
        buffer_position_ = position;
    }
    return std::string_view{buffer_}.substr(position - buffer_position_, bytes);
}

Result<SegmentScanner::Step> SegmentScanner::next() {
    position_ = next_position_;
    if (position_ == size_) return Step::kEnd;
    const auto header = fetch(position_, kFrameHeaderBytes);
    if (!header) return std::unexpected(header.error());
    const auto bytes = frame_bytes(*header);
    if (!bytes || *bytes > size_ - position_) return Step::kDamaged;
    const auto whole = fetch(position_, *bytes);
    if (!whole) return std::unexpected(whole.error());
    const auto frame = decode_frame(*whole, base_ + position_);
    if (!frame) return Step::kDamaged;
    frame_ = *frame;
    next_position_ = position_ + *bytes;
    return Step::kFrame;
}

Result<bool> SegmentScanner::rest_is_blank() {
    for (std::uint64_t at = position_; at < size_;) {
        const auto bytes = fetch(at, kFetchBytes);
        if (!bytes) return std::unexpected(bytes.error());
        if (bytes->empty() || bytes->find_first_not_of('\0') != std::string_view::npos) return false;
        at += bytes->size();
    }
    return true;
}

Result<std::optional<std::uint32_t>> SegmentScanner::find_settled_frame() {
    return find_frame(position_ + 1);
}

Result<std::uint64_t> SegmentScanner::skip_damage() {
    const auto found = find_frame(0);
    if (!found) return std::unexpected(found.error());
    next_position_ = found->value_or(size_);
    return next_position_;
}

Result<std::optional<std::uint32_t>> SegmentScanner::find_frame(std::uint64_t settled_min) {
    for (std::uint64_t window = position_ + 1; window < size_;) {
        const auto bytes = fetch(window, kFetchBytes);
        if (!bytes) return std::unexpected(bytes.error());
        const std::string searched{*bytes};
        for (std::size_t at = find_frame_candidate(searched, 0); at != std::string::npos;
             at = find_frame_candidate(searched, at + 1)) {
            const auto header = fetch(window + at, kFrameHeaderBytes);
            if (!header) return std::unexpected(header.error());
            const auto size = frame_bytes(*header);
            if (!size || *size > size_ - (window + at)) continue;
            const auto whole = fetch(window + at, *size);
            if (!whole) return std::unexpected(whole.error());
            const auto frame = decode_frame(*whole, base_ + window + at);
            if (frame && frame->header.settled >= settled_min) return static_cast<std::uint32_t>(window + at);
        }
        if (searched.size() <= kFrameHeaderBytes) break;
        window += searched.size() - kFrameHeaderBytes;  // a header may lie across the window's end
    }
    return std::nullopt;
}

Result<SegmentContents> scan_segment(files::File& file, const std::string& path, std::uint64_t base) {
    const auto size = file.size();
    if (!size) return std::unexpected(size.error());
    SegmentScanner scanner{file, base, *size};
    SegmentContents contents;
    for (bool first = true;; first = false) {
        const auto step = scanner.next();
        if (!step) return std::unexpected(step.error());
        contents.data_end = scanner.position();
        if (*step == SegmentScanner::Step::kEnd) return contents;
        if (*step == SegmentScanner::Step::kDamaged) {
            const auto blank = scanner.rest_is_blank();
            if (!blank) return std::unexpected(blank.error());
            contents.blank_end = *blank;
            if (*blank) return contents;
            const auto behind = scanner.find_settled_frame();
            if (!behind) return std::unexpected(behind.error());
            if (*behind) {
                return fail_damaged(
                    path, scanner.position(),
                    "no valid frame begins here, yet one follows at byte " + std::to_string(**behind));
            }
            contents.torn = true;
            return contents;
        }
        if (first != (scanner.frame().header.kind == FrameKind::kTable) ||
            !apply(scanner.frame(), scanner.position(), contents)) {
            return fail_damaged(path, scanner.position(),
                                "the frame is valid but contradicts those before it");
        }
        contents.settled = std::max<std::uint64_t>(contents.settled, scanner.frame().header.settled);
        if (scanner.frame().header.kind == FrameKind::kIndex) return contents;
    }
}

Result<std::optional<SegmentIndex>> read_segment_index(files::File& file, const std::string& path,
                                                       std::uint64_t base) {
    const auto size = file.size();
    if (!size) return std::unexpected(size.error());
    if (*size < kSegmentHeaderBytes + kSegmentTrailerBytes) return std::nullopt;
    const std::uint64_t trailer_position = *size - kSegmentTrailerBytes;
    const auto trailer = read_exactly(file, trailer_position, kSegmentTrailerBytes);
    if (!trailer) return std::unexpected(trailer.error());
    const auto position = decode_segment_trailer(*trailer, base);
    if (!position) return std::nullopt;
    if (*position > trailer_position)
        return fail_damaged(path, trailer_position, "the trailer points past the file");
    const auto bytes = read_exactly(file, *position, static_cast<std::size_t>(trailer_position - *position));
    if (!bytes) return std::unexpected(bytes.error());
    const auto frame = decode_frame(*bytes, base + *position);
    if (frame && frame->header.kind == FrameKind::kIndex && frame->bytes() == bytes->size()) {
        if (auto index = decode_segment_index(frame->payload)) return std::move(*index);
    }
    return fail_damaged(path, *position, "the segment's index is not what was written");
}

Result<> read_run(files::File& file, const std::string& path, std::uint64_t base, LogId log, const Run& run,
                  Offset from, std::vector<Entry>& entries) {
    entries.clear();
    const auto bytes = read_exactly(file, run.position, run.bytes);
    if (!bytes) return std::unexpected(bytes.error());

    Result<> outcome;
    std::vector<std::pair<FrameHeader, std::string_view>> found;
    std::uint64_t position = run.position;
    std::uint64_t expected = run.first.value();
    for (std::string_view rest = *bytes; expected < run.end().value();) {
        const auto frame = decode_frame(rest, base + position);
        if (!frame) {
            outcome = fail_damaged(path, position, "no valid frame begins here");
            break;
        }
        if (frame->header.kind == FrameKind::kEntry && frame->header.log == log) {
            if (frame->header.offset.value() != expected) {
                outcome = fail_damaged(path, position, "another entry than the index says");
                break;
            }
            if (frame->header.offset >= from) found.emplace_back(frame->header, frame->payload);
            ++expected;
        }
        position += frame->bytes();
        rest.remove_prefix(frame->bytes());
    }

    // The log's payloads side by side, so that an entry kept does not keep its neighbours of other logs.
    std::string payloads;
    std::size_t total = 0;
    for (const auto& [header, payload] : found) total += payload.size();
    payloads.reserve(total);
    for (const auto& [header, payload] : found) payloads += payload;

    const SharedBytes shared{std::move(payloads)};
    entries.reserve(found.size());
    std::size_t at = 0;
    for (const auto& [header, payload] : found) {
        entries.push_back({header.offset, header.time, shared.slice(at, payload.size())});
        at += payload.size();
    }
    return outcome;
}

}  // namespace millrace::storage
