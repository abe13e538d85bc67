#include "storage/journal/block_cache.h"

#include <algorithm>
#include <utility>

namespace millrace::storage {

void BlockCache::drop(Blocks::iterator block) {
    bytes_ -= block->bytes;
    newest_first_.erase(block);
}

const std::vector<Entry>* BlockCache::find(const PlacedRun& run) {
    const auto found = std::find_if(newest_first_.begin(), newest_first_.end(), [&](const Block& block) {
        return block.file == run.file && block.position == run.run.position;
    });
    if (found == newest_first_.end()) return nullptr;
    newest_first_.splice(newest_first_.begin(), newest_first_, found);
    return &found->entries;
}

const std::vector<Entry>& BlockCache::add(const PlacedRun& run, std::vector<Entry> entries) {
    std::size_t bytes = 0;
    for (const Entry& entry : entries) bytes += entry.payload.size() + kEntryOverheadBytes;
    bytes_ += bytes;
    newest_first_.push_front({run.file, run.run.position, bytes, std::move(entries)});
    while (bytes_ > bytes_max_ && newest_first_.size() > 1) drop(std::prev(newest_first_.end()));
    return newest_first_.front().entries;
}

void BlockCache::forget(FileId file) {
    for (auto block = newest_first_.begin(); block != newest_first_.end();) {
        const auto next = std::next(block);
        if (block->file == file) drop(block);
        block = next;
    }
}

}  // namespace millrace::storage
