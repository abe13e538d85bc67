#include "storage/journal/recent_entries.h"

#include <utility>

namespace millrace::storage {
namespace {

/// Room that a log has at least, so that one with a few entries allocates nothing.
constexpr std::size_t kEntriesKeptPerLog = 4;

}  // namespace

bool is_full(const ReadLimits& limits, std::size_t entries, std::size_t bytes, std::size_t next) {
    return entries >= limits.entries ||
           (entries > 0 && (bytes > limits.bytes || next > limits.bytes - bytes));
}

void RecentEntries::add(std::vector<PlacedEntry> entries) {
    for (PlacedEntry& entry : entries) {
        const std::size_t bytes = entry.payload.size() + kOverheadBytes;
        bytes_ += bytes;
        oldest_first_.push_back({entry.log, entry.offset, bytes, &entry == &entries.back()});
        log_of(entry.log).push_back({entry.offset, entry.time, std::move(entry.payload)});
    }
    while (bytes_ > bytes_max_) drop_oldest_append();
}

RecentEntries::Log& RecentEntries::log_of(LogId log) {
    const auto found = logs_.find(log);
    if (found != logs_.end()) return found->second;
    if (spare_.empty()) return logs_.try_emplace(log, kEntriesKeptPerLog).first->second;
    Log& taken = logs_.try_emplace(log, std::move(spare_.back())).first->second;
    spare_.pop_back();
    return taken;
}

void RecentEntries::rest_if_empty(LogMap<Log>::iterator log) {
    if (!log->second.empty()) return;
    if (spare_.size() < kSpareLogsMax) spare_.push_back(std::move(log->second));
    logs_.erase(log);
}

void RecentEntries::drop_oldest_append() {
    for (bool last = false; !last;) {
        const Age oldest = oldest_first_.front();
        oldest_first_.pop_front();
        last = oldest.last;
        bytes_ -= oldest.bytes;
        const auto found = logs_.find(oldest.log);
        if (found == logs_.end() || found->second.front().offset != oldest.offset) continue;
        found->second.pop_front();
        rest_if_empty(found);
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
    while (!found->second.empty() && found->second.front().offset < begin) found->second.pop_front();
    rest_if_empty(found);
}

void RecentEntries::remove(LogId log) {
    logs_.erase(log);
}

void RecentEntries::clear() {
    logs_.clear();
    oldest_first_.clear();
    bytes_ = 0;
}

}  // namespace millrace::storage
