#include "storage/journal/frame.h"

#include "base/crc32c.h"
#include "storage/binary.h"

namespace millrace::storage {
namespace {

constexpr std::string_view kMarker = "MRF";
constexpr std::size_t kChecksumAt = 4;
constexpr std::size_t kMarkerAt = 8;
constexpr std::size_t kCoveredFrom = 8;  // the checksum covers everything from the marker on

std::uint32_t checksum(std::uint64_t place, std::uint32_t payload_bytes, std::string_view header,
                       std::string_view payload) {
    char where[sizeof(place) + sizeof(payload_bytes)];
    std::memcpy(where, &place, sizeof(place));
    std::memcpy(where + sizeof(place), &payload_bytes, sizeof(payload_bytes));
    return crc32c(payload, crc32c(header.substr(kCoveredFrom), crc32c({where, sizeof(where)})));
}

}  // namespace

std::array<char, kFrameHeaderBytes> encode_frame_header(const FrameHeader& header, std::string_view payload,
                                                        std::uint64_t place) {
    std::array<char, kFrameHeaderBytes> bytes;
    char* at = bytes.data();
    const auto put = [&at](auto value) {
        std::memcpy(at, &value, sizeof(value));
        at += sizeof(value);
    };
    const auto payload_bytes = static_cast<std::uint32_t>(payload.size());
    put(payload_bytes);
    put(std::uint32_t{0});  // the checksum, below
    for (const char letter : kMarker) put(letter);
    put(header.kind);
    put(header.settled);
    put(header.log.value());
    put(header.offset.value());
    put(to_millis(header.time));
    const std::uint32_t sum = checksum(place, payload_bytes, {bytes.data(), bytes.size()}, payload);
    std::memcpy(bytes.data() + kChecksumAt, &sum, sizeof(sum));
    return bytes;
}

std::optional<std::size_t> frame_bytes(std::string_view bytes) {
    if (bytes.size() < kFrameHeaderBytes || bytes.substr(kMarkerAt, kMarker.size()) != kMarker)
        return std::nullopt;
    return kFrameHeaderBytes + std::size_t{*BinaryReader{bytes}.take<std::uint32_t>()};
}

FrameHeader frame_header(std::string_view bytes) {
    BinaryReader reader{bytes.substr(kMarkerAt)};
    const auto marker_and_kind = *reader.take<std::uint32_t>();
    FrameHeader header;
    header.kind = static_cast<FrameKind>(marker_and_kind >> 24);
    header.settled = *reader.take<std::uint32_t>();
    header.log = LogId{*reader.take<std::uint64_t>()};
    header.offset = Offset{*reader.take<std::uint64_t>()};
    header.time = from_millis(*reader.take<std::int64_t>());
    return header;
}

std::optional<Frame> decode_frame(std::string_view bytes, std::uint64_t place) {
    const auto size = frame_bytes(bytes);
    if (!size || *size > bytes.size()) return std::nullopt;
    BinaryReader reader{bytes};
    const auto payload_bytes = *reader.take<std::uint32_t>();
    const auto sum = *reader.take<std::uint32_t>();
    const Frame frame{frame_header(bytes), bytes.substr(kFrameHeaderBytes, payload_bytes)};
    const std::string_view header = bytes.substr(0, kFrameHeaderBytes);
    if (sum != checksum(place, payload_bytes, header, frame.payload)) return std::nullopt;
    return frame;
}

std::size_t find_frame_candidate(std::string_view bytes, std::size_t from) {
    const std::size_t marker = bytes.find(kMarker, from + kMarkerAt);
    return marker == std::string_view::npos ? marker : marker - kMarkerAt;
}

}  // namespace millrace::storage
