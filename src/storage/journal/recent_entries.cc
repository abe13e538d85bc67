#include "storage/journal/recent_entries.h"

#include <utility>

namespace millrace::storage {

bool is_full(const ReadLimits& limits, std::size_t entries, std::size_t bytes, std::size_t next) {
    return entries >= limits.entries ||
           (entries > 0 && (bytes > limits.bytes || next > limits.bytes - bytes));
}

void RecentEntries::drop_front(Log& log) {
    bytes_ -= log.front().payload.size();
    log.pop_front();
}

void RecentEntries::add(LogId log, Entry entry) {
    bytes_ += entry.payload.size() + kOverheadBytes;
    oldest_first_.push_back({log, entry.offset});
    logs_[log].push_back(std::move(entry));
    while (bytes_ > bytes_max_) {
        const Age oldest = oldest_first_.front();
        oldest_first_.pop_front();
        bytes_ -= kOverheadBytes;
        const auto found = logs_.find(oldest.log);
        if (found == logs_.end() || found->second.front().offset != oldest.offset) continue;
        drop_front(found->second);
        if (found->second.empty()) logs_.erase(found);
    }
}

std::optional<Offset> RecentEntries::first(LogId log) const {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return std::nullopt;
    return found->second.front().offset;
}

bool RecentEntries::collect(LogId log, Offset from, const ReadLimits& limits, std::vector<Entry>& into,
                            std::size_t& bytes) const {
    const Log& entries = logs_.at(log);
    for (std::size_t at = from.value() - entries.front().offset.value(); at < entries.size(); ++at) {
        if (is_full(limits, into.size(), bytes, entries[at].payload.size())) return true;
        bytes += entries[at].payload.size();
        into.push_back(entries[at]);
    }
    return false;
}

void RecentEntries::trim(LogId log, Offset begin) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    while (!found->second.empty() && found->second.front().offset < begin) drop_front(found->second);
    if (found->second.empty()) logs_.erase(found);
}

void RecentEntries::remove(LogId log) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    while (!found->second.empty()) drop_front(found->second);
    logs_.erase(found);
}

void RecentEntries::clear() {
    logs_.clear();
    oldest_first_.clear();
    bytes_ = 0;
}

}  // namespace millrace::storage
