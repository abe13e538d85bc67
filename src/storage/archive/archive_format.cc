#include "storage/archive/archive_format.h"

#include <limits>

#include "base/crc32c.h"
#include "storage/binary.h"
#include "storage/numbered_name.h"

namespace millrace::storage {
namespace {

constexpr std::string_view kSuffix = ".archive";
constexpr std::string_view kPartialSuffix = ".archive.partial";
constexpr std::string_view kHeaderMagic = "MILLARCH";
constexpr std::string_view kTrailerMagic = "HCRALLIM";
constexpr std::string_view kBlockMarker = "MRB";

/// The checksum of something that is valid only at this position of this file.
std::uint32_t placed_crc(std::string_view bytes, std::uint64_t number, std::uint64_t position) {
    char place[sizeof(number) + sizeof(position)];
    std::memcpy(place, &number, sizeof(number));
    std::memcpy(place + sizeof(number), &position, sizeof(position));
    return crc32c(bytes, crc32c({place, sizeof(place)}));
}

bool within_limits(const BlockHeader& header) {
    if (header.count == 0 || header.count > kBlockEntriesMax) return false;
    if (header.first.value() > std::numeric_limits<std::uint64_t>::max() - header.count) return false;
    if (header.raw_bytes > kBlockRawBytesMax) return false;
    switch (header.codec) {
        case BlockCodec::kStored:
            return header.stored_bytes == header.raw_bytes;
        case BlockCodec::kZstd:
            return header.stored_bytes < header.raw_bytes;
    }
    return false;
}

bool within_blocks(const Run& run, std::uint64_t blocks_end) {
    if (run.is_gap()) return run.gap_reason() == GapReason::kLost || run.gap_reason() == GapReason::kSkipped;
    return run.position >= kArchiveHeaderBytes && run.bytes > kBlockHeaderBytes &&
           run.bytes <= kBlockHeaderBytes + kBlockRawBytesMax &&
           std::uint64_t{run.position} + run.bytes <= blocks_end && run.count <= kBlockEntriesMax;
}

}  // namespace

std::string archive_name(std::uint64_t number) {
    return numbered_name(number, kSuffix);
}

std::optional<std::uint64_t> parse_archive_name(std::string_view name) {
    return parse_numbered_name(name, kSuffix);
}

std::string partial_archive_name(std::uint64_t number) {
    return numbered_name(number, kPartialSuffix);
}

bool is_partial_archive(std::string_view name) {
    return parse_numbered_name(name, kPartialSuffix).has_value();
}

std::string encode(const ArchiveHeader& header) {
    std::string before{kHeaderMagic};
    put(before, header.version);
    std::string behind;
    put(behind, header.number);
    put(behind, header.until);
    put(behind, header.level);
    std::string out = before;
    put(out, crc32c(behind, crc32c(before)));
    return out += behind;
}

std::optional<ArchiveHeader> decode_archive_header(std::string_view bytes, std::uint64_t number) {
    if (bytes.size() != kArchiveHeaderBytes) return std::nullopt;
    BinaryReader reader{bytes.substr(kHeaderMagic.size())};
    ArchiveHeader header;
    header.version = *reader.take<std::uint32_t>();
    static_cast<void>(reader.take<std::uint32_t>());  // the checksum, below
    header.number = *reader.take<std::uint64_t>();
    header.until = *reader.take<std::uint64_t>();
    header.level = *reader.take<std::uint32_t>();
    if (header.number != number || bytes != encode(header)) return std::nullopt;
    return header;
}

std::string encode(const BlockHeader& header, std::uint64_t number, std::uint64_t position) {
    std::string before{kBlockMarker};
    put(before, header.codec);
    std::string behind;
    put(behind, header.content_crc);
    put(behind, header.log.value());
    put(behind, header.first.value());
    put(behind, to_millis(header.first_time));
    put(behind, header.count);
    put(behind, header.raw_bytes);
    put(behind, header.stored_bytes);
    std::string out = before;
    put(out, placed_crc(before + behind, number, position));
    return out += behind;
}

std::optional<BlockHeader> decode_block_header(std::string_view bytes, std::uint64_t number,
                                               std::uint64_t position) {
    if (bytes.size() < kBlockHeaderBytes || !bytes.starts_with(kBlockMarker)) return std::nullopt;
    bytes = bytes.substr(0, kBlockHeaderBytes);
    BinaryReader reader{bytes.substr(kBlockMarker.size())};
    BlockHeader header;
    header.codec = *reader.take<BlockCodec>();
    static_cast<void>(reader.take<std::uint32_t>());  // the checksum, below
    header.content_crc = *reader.take<std::uint32_t>();
    header.log = LogId{*reader.take<std::uint64_t>()};
    header.first = Offset{*reader.take<std::uint64_t>()};
    header.first_time = from_millis(*reader.take<std::int64_t>());
    header.count = *reader.take<std::uint32_t>();
    header.raw_bytes = *reader.take<std::uint32_t>();
    header.stored_bytes = *reader.take<std::uint32_t>();
    if (bytes != encode(header, number, position) || !within_limits(header)) return std::nullopt;
    return header;
}

std::size_t find_block_candidate(std::string_view bytes, std::size_t from) {
    return bytes.find(kBlockMarker, from);
}

bool is_block_of(const BlockHeader& header, LogId log, const Run& run) {
    return header.log == log && header.first == run.first && header.count == run.count &&
           header.first_time == run.first_time && header.bytes() == run.bytes;
}

std::string encode_archive_end(const ArchiveIndex& index, std::uint64_t number, std::uint64_t position) {
    std::string out = encode(index);
    const std::uint32_t index_crc = placed_crc(out, number, position);
    std::string trailer;
    put(trailer, position);
    put(trailer, index_crc);
    put(trailer, placed_crc(trailer, number, position));
    return (out += trailer) += kTrailerMagic;
}

std::optional<ArchiveTrailer> decode_archive_trailer(std::string_view bytes, std::uint64_t number) {
    if (bytes.size() != kArchiveTrailerBytes || !bytes.ends_with(kTrailerMagic)) return std::nullopt;
    BinaryReader reader{bytes};
    ArchiveTrailer trailer;
    trailer.index_position = *reader.take<std::uint64_t>();
    trailer.index_crc = *reader.take<std::uint32_t>();
    const std::string_view covered = bytes.substr(0, bytes.size() - reader.rest().size());
    if (*reader.take<std::uint32_t>() != placed_crc(covered, number, trailer.index_position))
        return std::nullopt;
    return trailer;
}

std::optional<ArchiveIndex> decode_archive_index(std::string_view bytes, std::uint64_t number,
                                                 const ArchiveTrailer& trailer) {
    if (placed_crc(bytes, number, trailer.index_position) != trailer.index_crc) return std::nullopt;
    auto index = decode_segment_index(bytes, RunGaps::kAllowed);
    if (!index) return std::nullopt;
    for (const auto& [log, runs] : *index) {
        for (const Run& run : runs) {
            if (!within_blocks(run, trailer.index_position)) return std::nullopt;
        }
    }
    return index;
}

}  // namespace millrace::storage
