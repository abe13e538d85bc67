#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "storage/journal/frame.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// An entry on its way: the home executor gives log, time and payload, the writer the rest.
struct PlacedEntry {
    LogId log;
    WallTime time;
    SharedBytes payload;
    Offset offset;
    std::uint64_t segment = 0;   ///< its base
    std::uint32_t position = 0;  ///< of the frame in the segment
    std::uint32_t bytes = 0;     ///< of the frame
};

struct Append {
    std::vector<PlacedEntry> entries;
    AppendDone done;
};
struct Trim {
    LogId log;
    Offset begin;
    Done done;
};
struct Remove {
    LogId log;
    Done done;
};
struct Clear {
    Done done;
};

/// What an entry that waits for the disk counts beside its payload: its own memory, and its frame.
inline constexpr std::size_t kQueuedEntryBytes = sizeof(PlacedEntry) + kFrameHeaderBytes;

/// One call of the journal's that writes, from the call to its callback.
struct Write {
    std::variant<Append, Trim, Remove, Clear> what;
    std::size_t bytes = 0;          ///< that count against the queue's limit
    std::uint64_t frame_bytes = 0;  ///< of its frames in the segment
    bool frees_space = false;       ///< may use what is held back on a full disk
    bool may_linger = false;        ///< is written with the next that may not, or after kLingerMax
    /// An error already when the call was refused: it then only waits for its turn to say so.
    Result<> result;
};

}  // namespace millrace::storage
