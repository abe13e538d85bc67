#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/journal/segment_index.h"
#include "storage/log_store.h"

namespace millrace::storage {

// Names of archive files and what surrounds their blocks' contents; docs/formats/archive.md describes all of
// it.

/// Changes when an older millrace could misread what a newer one wrote.
inline constexpr std::uint32_t kArchiveFormatVersion = 1;
inline constexpr std::size_t kArchiveHeaderBytes = 36;
inline constexpr std::size_t kArchiveTrailerBytes = 24;
inline constexpr std::size_t kBlockHeaderBytes = 48;

/// Blocks lie below this position: runs keep positions in four octets.
inline constexpr std::uint64_t kArchiveBlocksEndMax = 0xffff'ffff;
/// More entries do not go into one block.
inline constexpr std::uint32_t kBlockEntriesMax = 16 * 1024;
/// A block's content before compression, at most: the largest entry, its size and a time.
inline constexpr std::size_t kBlockRawBytesMax = kEntryBytesMax + 16;

/// "00000000000000000007.archive".
[[nodiscard]] std::string archive_name(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> parse_archive_name(std::string_view name);
/// "00000000000000000007.archive.partial": being written, or left by a writer that did not live to publish
/// it.
[[nodiscard]] std::string partial_archive_name(std::uint64_t number);
[[nodiscard]] bool is_partial_archive(std::string_view name);

struct ArchiveHeader {
    /// Other versions have the same header; what follows it is known only up to kArchiveFormatVersion.
    std::uint32_t version = kArchiveFormatVersion;
    std::uint64_t number = 0;  ///< as in the file's name
    std::uint64_t until = 0;   ///< place in the journal up to which the file's entries were taken
    std::uint32_t level = 0;   ///< how often its entries were rewritten
    friend bool operator==(const ArchiveHeader&, const ArchiveHeader&) = default;
};

[[nodiscard]] std::string encode(const ArchiveHeader& header);
/// nullopt when the bytes are not the header of the archive with the number.
[[nodiscard]] std::optional<ArchiveHeader> decode_archive_header(std::string_view bytes,
                                                                 std::uint64_t number);

/// A block's content as it lies in the file.
enum class BlockCodec : std::uint8_t {
    kStored = 0,  ///< as it is
    kZstd = 1,    ///< a zstd frame (RFC 8878)
};

/// Precedes a block's content: enough to read a block, and to find the next, without the index.
struct BlockHeader {
    BlockCodec codec = BlockCodec::kStored;
    LogId log;
    Offset first;
    WallTime first_time;
    std::uint32_t count = 0;         ///< 1 to kBlockEntriesMax
    std::uint32_t raw_bytes = 0;     ///< of the content before compression, at most kBlockRawBytesMax
    std::uint32_t stored_bytes = 0;  ///< of the content in the file, at most raw_bytes
    std::uint32_t content_crc = 0;   ///< of the content in the file

    [[nodiscard]] std::size_t bytes() const { return kBlockHeaderBytes + std::size_t{stored_bytes}; }
    friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

/// `number` is the file's and `position` the block's in it: the checksum covers them, so that a block is
/// valid only where it was written.
[[nodiscard]] std::string encode(const BlockHeader& header, std::uint64_t number, std::uint64_t position);
/// nullopt when no valid header stands there; one that is has fields within their limits.
[[nodiscard]] std::optional<BlockHeader> decode_block_header(std::string_view bytes, std::uint64_t number,
                                                             std::uint64_t position);
/// First position at or after `from` where a block could begin, or npos.
[[nodiscard]] std::size_t find_block_candidate(std::string_view bytes, std::size_t from);

/// Which entries an archive holds, and in which blocks: a run is a block, header included; one that is a
/// gap is none. Entries of a log may be missing between two runs.
using ArchiveIndex = SegmentIndex;

/// Whether the header is that of the block that the index names.
[[nodiscard]] bool is_block_of(const BlockHeader& header, LogId log, const Run& run);

/// The index and the trailer, which end the file; `position` is where they begin.
[[nodiscard]] std::string encode_archive_end(const ArchiveIndex& index, std::uint64_t number,
                                             std::uint64_t position);

struct ArchiveTrailer {
    std::uint64_t index_position = 0;
    std::uint32_t index_crc = 0;
};
[[nodiscard]] std::optional<ArchiveTrailer> decode_archive_trailer(std::string_view bytes,
                                                                   std::uint64_t number);
/// nullopt when the bytes are not the index that the trailer tells of, or a run of it lies outside of the
/// blocks.
[[nodiscard]] std::optional<ArchiveIndex> decode_archive_index(std::string_view bytes, std::uint64_t number,
                                                               const ArchiveTrailer& trailer);

}  // namespace millrace::storage
