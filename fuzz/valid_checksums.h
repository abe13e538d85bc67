#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/crc32c.h"
#include "storage/archive/archive_format.h"
#include "storage/binary.h"
#include "storage/journal/frame.h"
#include "storage/journal/segment_format.h"

// Recomputes the checksums of the storage's files, so that a fuzzer gets behind them.

namespace millrace::storage {

inline void replace_crc(std::string& bytes, std::size_t at, std::uint32_t crc) {
    std::string out;
    put(out, crc);
    bytes.replace(at, out.size(), out);
}

/// Up to the first frame whose length is impossible.
[[nodiscard]] inline std::string segment_with_valid_checksums(std::string bytes, std::uint64_t base) {
    const std::string header = encode_segment_header(base);
    bytes.replace(0, std::min(bytes.size(), header.size()), header);
    for (std::size_t at = header.size(); at < bytes.size();) {
        const std::string_view rest = std::string_view{bytes}.substr(at);
        const auto size = frame_bytes(rest);
        if (!size || *size > rest.size()) break;
        std::string covered;
        put(covered, static_cast<std::uint64_t>(base + at));
        covered += rest.substr(0, 4);
        covered += rest.substr(8, *size - 8);
        replace_crc(bytes, at + 4, crc32c(covered));
        at += *size;
    }
    return bytes;
}

/// Of something that is valid at its position of the archive file only.
[[nodiscard]] inline std::uint32_t placed_crc(std::string_view bytes, std::uint64_t number,
                                              std::uint64_t position) {
    std::string covered;
    put(covered, number);
    put(covered, position);
    return crc32c(covered += bytes);
}

inline void mend_block(std::string& bytes, std::uint64_t number, std::size_t at, std::size_t stored) {
    const std::string_view block = std::string_view{bytes}.substr(at);
    replace_crc(bytes, at + 8, crc32c(block.substr(kBlockHeaderBytes, stored)));
    const std::string covered{std::string{block.substr(0, 4)} + std::string{block.substr(8, 40)}};
    replace_crc(bytes, at + 4, placed_crc(covered, number, at));
}

inline void mend_end(std::string& bytes, std::uint64_t number) {
    const std::size_t at = bytes.size() - kArchiveTrailerBytes;
    const auto index = *BinaryReader{std::string_view{bytes}.substr(at)}.take<std::uint64_t>();
    if (index > at) return;
    replace_crc(bytes, at + 8, placed_crc(std::string_view{bytes}.substr(index, at - index), number, index));
    replace_crc(bytes, at + 12, placed_crc(std::string_view{bytes}.substr(at, 12), number, index));
}

[[nodiscard]] inline std::string archive_with_valid_checksums(std::string bytes,
                                                              const ArchiveHeader& header) {
    if (bytes.size() < kArchiveHeaderBytes + kArchiveTrailerBytes) return bytes;
    bytes.replace(0, kArchiveHeaderBytes, encode(header));
    for (std::size_t at = kArchiveHeaderBytes; at + kBlockHeaderBytes <= bytes.size();) {
        if (find_block_candidate(bytes, at) != at) break;
        const auto stored = *BinaryReader{std::string_view{bytes}.substr(at + 44)}.take<std::uint32_t>();
        if (stored > bytes.size() - at - kBlockHeaderBytes) break;
        mend_block(bytes, header.number, at, stored);
        at += kBlockHeaderBytes + stored;
    }
    mend_end(bytes, header.number);
    return bytes;
}

}  // namespace millrace::storage
