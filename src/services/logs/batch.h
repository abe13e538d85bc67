#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace millrace::logs {

struct LogEvent {
    WallTime timestamp;
    std::string message;
};

// What is stored besides the messages.
inline constexpr std::size_t kBatchHeaderBytes = 29;
inline constexpr std::size_t kEventHeaderBytes = 12;

/// What an event counts against AWS's limits.
[[nodiscard]] std::size_t counted_bytes(std::string_view message);

/// Said once for the events of an entry.
struct BatchHeader {
    WallTime ingestion;
    WallTime first_event;            ///< earliest timestamp in the stream, this entry included
    std::uint64_t bytes_before = 0;  ///< counted bytes ever stored in the stream before this entry
};

/// Appends an entry of a stream's log: some events that arrived together, in the order they came. The entry's
/// time in the log is the latest timestamp so far in the stream, so that no event before it is later than
/// find_time() says. Format (little-endian): u8 1, i64 ingestion, i64 first event, u64 bytes before, u32
/// count, then for each event i64 timestamp, u32 length, message. Times are milliseconds since 1970.
void append_batch(std::string& out, const BatchHeader& header, std::span<const LogEvent> events);

/// Views lie in the bytes that were decoded.
struct EventView {
    WallTime timestamp;
    std::string_view message;
};

struct Batch {
    BatchHeader header;
    std::vector<EventView> events;
    std::uint64_t bytes = 0;  ///< counted
};

/// A batch has at least one event. kCorruption when the bytes are no batch.
[[nodiscard]] Result<Batch> decode_batch(std::string_view bytes);

}  // namespace millrace::logs
