#pragma once

#include <compare>
#include <cstdint>

namespace millrace::storage {

/// A file that holds entries: a segment of the journal, named by its base, or an archive file, named by its
/// number.
struct FileId {
    enum class Kind : std::uint8_t { kArchive, kSegment } kind = Kind::kSegment;
    std::uint64_t number = 0;

    [[nodiscard]] static FileId segment(std::uint64_t base) { return {Kind::kSegment, base}; }
    [[nodiscard]] static FileId archive(std::uint64_t number) { return {Kind::kArchive, number}; }
    [[nodiscard]] bool is_segment() const { return kind == Kind::kSegment; }
    friend auto operator<=>(const FileId&, const FileId&) = default;
};

}  // namespace millrace::storage
