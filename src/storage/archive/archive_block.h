#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_bytes.h"
#include "base/units.h"
#include "storage/archive/archive_format.h"
#include "storage/log_store.h"

struct ZSTD_CCtx_s;

namespace millrace::storage {

/// A block is written when its content reaches this size. docs/decisions/0013-archive-blocks.md has the
/// measurements.
inline constexpr std::size_t kArchiveBlockBytes = 256_KiB;
inline constexpr int kArchiveZstdLevel = 6;

/// How blocks are made: the format does not depend on it.
struct BlockPacking {
    std::size_t block_bytes = kArchiveBlockBytes;
    int zstd_level = kArchiveZstdLevel;
};

/// Consecutive entries of one log on their way into a block.
class BlockBuilder {
  public:
    BlockBuilder(LogId log, Offset first) : log_(log), first_(first) {}

    /// Whether the entry may become a part of this block, which is to be of `block_bytes`; the first always
    /// may.
    [[nodiscard]] bool takes(Offset offset, WallTime time, std::size_t payload_bytes,
                             std::size_t block_bytes) const;
    /// The entry's offset is end(); its time is at least that of the one before.
    void add(WallTime time, std::string_view payload);

    [[nodiscard]] Offset end() const { return Offset{first_.value() + count_}; }
    [[nodiscard]] std::uint32_t count() const { return count_; }
    /// Of the content so far, before compression.
    [[nodiscard]] std::size_t raw_bytes() const { return sizes_.size() + times_.size() + payloads_.size(); }
    /// What it takes.
    [[nodiscard]] std::size_t memory_bytes() const {
        return sizeof(BlockBuilder) + sizes_.capacity() + times_.capacity() + payloads_.capacity();
    }

  private:
    friend class BlockPacker;
    LogId log_;
    Offset first_;
    WallTime first_time_;
    WallTime last_time_;
    std::uint32_t count_ = 0;
    std::string sizes_;
    std::string times_;
    std::string payloads_;
};

/// Turns builders into what lies in the file. Keeps memory for the next block. Not thread-safe.
class BlockPacker {
  public:
    explicit BlockPacker(int zstd_level);
    ~BlockPacker();
    BlockPacker(const BlockPacker&) = delete;
    BlockPacker& operator=(const BlockPacker&) = delete;

    struct Packed {
        BlockHeader header;
        std::string_view content;  ///< valid until the next call
    };
    /// Compressed where that makes it smaller. The builder holds at least one entry.
    Packed pack(const BlockBuilder& builder);

  private:
    ZSTD_CCtx_s* context_;
    std::string raw_;
    std::string compressed_;
};

/// The block's content before compression; nullopt when `content`, as it lies in the file, is not what the
/// header says.
[[nodiscard]] std::optional<SharedBytes> unpack_block(const BlockHeader& header, SharedBytes content);

/// The entries from `from` on, slices of the raw content; nullopt when it is not what the header says. The
/// header's fields are within their limits, the content may be anything.
[[nodiscard]] std::optional<std::vector<Entry>> parse_block(const BlockHeader& header, const SharedBytes& raw,
                                                            Offset from);

}  // namespace millrace::storage
