#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <vector>

#include "storage/journal/log_index.h"

namespace millrace::storage {

/// Decompressed blocks of archive files, so that who reads one in small steps does not decompress it at each.
inline constexpr std::size_t kBlockCacheBytesMax = 16_MiB;

/// The blocks used last. Not thread-safe.
class BlockCache {
  public:
    /// What a block counts beside its payloads.
    static constexpr std::size_t kEntryOverheadBytes = sizeof(Entry);

    explicit BlockCache(std::size_t bytes_max = kBlockCacheBytesMax) : bytes_max_(bytes_max) {}

    /// Valid until the next call of another member.
    [[nodiscard]] const std::vector<Entry>* find(const PlacedRun& run);
    /// The block stays at least until the next call, however large it is.
    const std::vector<Entry>& add(const PlacedRun& run, std::vector<Entry> entries);
    void forget(FileId file);
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Block {
        FileId file;
        std::uint32_t position;
        std::size_t bytes;
        std::vector<Entry> entries;
    };
    using Blocks = std::list<Block>;

    void drop(Blocks::iterator block);

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    Blocks newest_first_;  // few: a block is hundreds of KiB
};

}  // namespace millrace::storage
