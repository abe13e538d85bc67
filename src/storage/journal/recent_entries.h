#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "storage/journal/write.h"
#include "storage/log_map.h"
#include "storage/log_store.h"
#include "storage/ring.h"

namespace millrace::storage {

/// The newest entries of all logs, so that who follows the head of a log never waits for the disk. The oldest
/// go first when there are more than the limit. Not thread-safe.
///
/// Memory: bytes_max for the entries, 320 bytes for each log that has one, nothing for a log at rest, and
/// kSpareLogsMax times as much for those to come. The entries of one append
/// may be slices of one buffer, so they go together, and count until then, also when they are trimmed
/// earlier: what still counts is never less than what is held. Readers' copies are theirs to bound.
class RecentEntries {
  public:
    explicit RecentEntries(std::size_t bytes_max) : bytes_max_(bytes_max) {}
    /// What an entry takes besides its payload, at most.
    static constexpr std::size_t kOverheadBytes = 256;
    /// Room of logs that have no entries any more, kept for the next ones: where very many logs get an entry
    /// now and then, none allocates.
    static constexpr std::size_t kSpareLogsMax = 1024;

    /// The next entries of their logs, from one append.
    void add(std::vector<PlacedEntry> entries);
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
    using Log = Ring<Entry>;
    struct Age {
        LogId log;
        Offset offset;
        std::size_t bytes;
        bool last;  ///< of its append
    };

    void drop_oldest_append();
    [[nodiscard]] Log& log_of(LogId log);
    /// The log is at rest if it has become empty. Iterators are void then.
    void rest_if_empty(LogMap<Log>::iterator log);

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    LogMap<Log> logs_;  ///< none is empty
    std::vector<Log> spare_;
    Ring<Age> oldest_first_;  ///< names entries that are gone, too
};

/// Whether an answer that holds `entries` of `bytes` has no room for a payload of `next` bytes.
[[nodiscard]] bool is_full(const ReadLimits& limits, std::size_t entries, std::size_t bytes,
                           std::size_t next);

}  // namespace millrace::storage
