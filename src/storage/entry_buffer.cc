#include "storage/entry_buffer.h"

#include <utility>

namespace millrace::storage {

EntryBuffer::EntryBuffer(std::size_t entries, std::size_t payload_bytes) {
    ended_.reserve(entries);
    bytes_.reserve(payload_bytes);
}

void EntryBuffer::end_entry(LogId log, WallTime time) {
    ended_.push_back({log, time, bytes_.size()});
}

std::vector<NewEntry> EntryBuffer::take() && {
    if (bytes_.capacity() - bytes_.size() > bytes_.size() / 8) bytes_.shrink_to_fit();  // it may stay long
    const SharedBytes all{std::move(bytes_)};
    std::vector<NewEntry> entries;
    entries.reserve(ended_.size());
    std::size_t begin = 0;
    for (const Ended& entry : ended_) {
        entries.push_back({entry.log, entry.time, all.slice(begin, entry.end - begin)});
        begin = entry.end;
    }
    return entries;
}

}  // namespace millrace::storage
