#include "storage/journal/frame_batch.h"

namespace millrace::storage {
namespace {

constexpr std::size_t kCopiedPayloadBytesMax =
    4096;  // below, a copy costs less than a piece of its own in the write

}  // namespace

void FrameBatch::start(std::uint64_t place, std::uint32_t settled) {
    place_ = place;
    settled_ = settled;
    bytes_ = 0;
    copied_.clear();
    if (copied_.capacity() > kKeptBytesMax) copied_.shrink_to_fit();
    large_.clear();
}

std::uint32_t FrameBatch::add(FrameHeader header, std::string_view payload) {
    header.settled = settled_;
    const auto encoded = encode_frame_header(header, payload, place_ + bytes_);
    copied_.append(encoded.data(), encoded.size());
    if (payload.size() <= kCopiedPayloadBytesMax) {
        copied_ += payload;
    } else {
        large_.push_back({copied_.size(), payload});
    }
    const std::size_t frame = kFrameHeaderBytes + payload.size();
    bytes_ += frame;
    return static_cast<std::uint32_t>(frame);
}

std::vector<std::string_view> FrameBatch::pieces() const {
    std::vector<std::string_view> pieces;
    const std::string_view copied = copied_;
    std::size_t used = 0;
    for (const Large& large : large_) {
        pieces.push_back(copied.substr(used, large.after - used));
        pieces.push_back(large.payload);
        used = large.after;
    }
    if (used < copied.size()) pieces.push_back(copied.substr(used));
    return pieces;
}

}  // namespace millrace::storage
