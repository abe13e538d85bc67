#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/shared_bytes.h"
#include "base/strong.h"
#include "base/time.h"
#include "base/units.h"

namespace millrace::storage {

/// One log among all logs of the process. 0 is the catalog's; others come from Catalog::new_log_id() and are
/// never used again after remove().
using LogId = Strong<std::uint64_t, struct LogIdTag>;

/// Position of an entry in its log: 0, 1, 2, ... Gaps are only what a salvage could not read (doctor/).
using Offset = Strong<std::uint64_t, struct OffsetTag>;

/// A larger payload is refused (kInvalidArgument).
inline constexpr std::size_t kEntryBytesMax = 16_MiB;

/// How long an append that nobody waits for lingers at most.
inline constexpr Milliseconds kLingerMax{5};

struct NewEntry {
    LogId log;
    WallTime time;  ///< kept with the entry; never less than the log's newest (clamped if it is)
    /// At most kEntryBytesMax. May be a slice of a buffer that holds all payloads of the call, and little
    /// else (see EntryBuffer): the store may keep any of them for a while.
    SharedBytes payload;
    /// What it says lets space be given back, as a deletion does: a full disk has room for it where it
    /// refuses others. Counts when all entries of the call say so, and are few and small.
    bool frees_space = false;
    /// Nobody waits for it: it may linger, up to kLingerMax, to be written and synced together with the next
    /// append that somebody waits for. Counts when all entries of the call say so.
    bool may_linger = false;
};

struct Entry {
    Offset offset;
    WallTime time;
    SharedBytes payload;
};

struct ReadLimits {
    std::size_t entries = std::numeric_limits<std::size_t>::max();
    /// Stops before the entry that would pass this many payload bytes, but always returns at least one entry.
    std::size_t bytes = std::numeric_limits<std::size_t>::max();
    /// Where an entry cannot be read, those before it are the answer, if there are any. Without, the read
    /// fails.
    bool until_failure = false;
};

/// Offsets of the appended entries, in the order given.
using AppendDone = std::move_only_function<void(Result<std::vector<Offset>>)>;
/// Entries in order from the offset asked for, or the log's begin if that was trimmed; empty at the end.
using ReadDone = std::move_only_function<void(Result<std::vector<Entry>>)>;
using FindDone = std::move_only_function<void(Result<Offset>)>;
using Done = std::move_only_function<void(Result<>)>;

/// The seam between the services and whatever keeps the bytes: the journal here, a cluster behind the Kafka
/// protocol one day. Kept this narrow on purpose.
///
/// Threads: all calls from, and all callbacks on, the store's home executor. A callback never runs inside the
/// call that received it, but for read() and find_time(), which may answer at once when the entries are in
/// memory.
///
/// Durability: an append's callback runs after its entries are as durable as the --fsync mode promises, and
/// entries become readable just before that. Callbacks of appends run in the order of the calls. After a
/// failed write or sync every later append fails too (kUnavailable), until the store says otherwise in its
/// health; on a full disk but for what frees space, trims and removals among it.
class LogStore {
  public:
    virtual ~LogStore() = default;

    /// All entries of one call are written together; a crash before the callback may keep any prefix of them.
    virtual void append(std::vector<NewEntry> entries, AppendDone done) = 0;

    virtual void read(LogId log, Offset from, ReadLimits limits, ReadDone done) = 0;

    /// First offset whose time is at or after `time`; end() when there is none.
    virtual void find_time(LogId log, WallTime time, FindDone done) = 0;

    /// First offset still kept, and one past the newest readable one. Both 0 for a log never written.
    [[nodiscard]] virtual Offset begin(LogId log) const = 0;
    [[nodiscard]] virtual Offset end(LogId log) const = 0;

    /// Entries before `offset` are gone for readers when this returns; their space is given back some time
    /// later. The callback says that this survives a crash.
    virtual void trim(LogId log, Offset offset, Done done) = 0;

    /// Forgets the whole log.
    virtual void remove(LogId log, Done done) = 0;
};

}  // namespace millrace::storage
