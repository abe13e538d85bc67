#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/log_store.h"

namespace millrace::storage {

/// The newest entries of all logs, so that who follows the head of a log never waits for the disk. The oldest
/// go first when there are more than the limit. Not thread-safe.
class RecentEntries {
  public:
    /// An entry counts its payload, and kOverheadBytes until it would be the oldest, also when it is trimmed
    /// earlier.
    explicit RecentEntries(std::size_t bytes_max) : bytes_max_(bytes_max) {}
    static constexpr std::size_t kOverheadBytes = 128;

    /// The log's next entry.
    void add(LogId log, Entry entry);
    /// From here to the log's end all is there; nullopt when nothing is.
    [[nodiscard]] std::optional<Offset> first(LogId log) const;
    /// Appends the entries from `from` on until the limits, which count what `into` holds already, say stop.
    /// `from` must be there. True when a limit stopped it.
    bool collect(LogId log, Offset from, const ReadLimits& limits, std::vector<Entry>& into,
                 std::size_t& bytes) const;

    void trim(LogId log, Offset begin);
    void remove(LogId log);
    void clear();
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    using Log = std::deque<Entry>;
    struct Age {
        LogId log;
        Offset offset;
    };

    void drop_front(Log& log);

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::unordered_map<LogId, Log> logs_;
    std::deque<Age> oldest_first_;  ///< names entries that are gone, too
};

/// Whether an answer that holds `entries` of `bytes` has no room for a payload of `next` bytes.
[[nodiscard]] bool is_full(const ReadLimits& limits, std::size_t entries, std::size_t bytes,
                           std::size_t next);

}  // namespace millrace::storage
