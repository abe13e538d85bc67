#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace millrace::codec {

/// A record as AWS's Kinesis mapping tells a function of it.
struct KinesisEventRecord {
    std::string_view sequence_number;
    std::string_view partition_key;  ///< empty: null
    WallTime arrival;
    std::string_view data;  ///< before base64
};

/// What all records of a shard have in common in an event.
struct KinesisEventSource {
    std::string_view arn;  ///< of the stream, or of its consumer
    std::string_view shard_id;
    std::string_view region;
    std::string_view role;  ///< of the function
};

/// What an event says beside its records when the mapping has tumbling windows.
struct KinesisEventWindow {
    WallTime start;
    WallTime end;
    std::string_view state;            ///< JSON
    bool is_final = false;             ///< the last invocation of the window
    bool is_terminated_early = false;  ///< the window goes on with a fresh state
};

/// The event that AWS's Kinesis mapping hands to a function:
/// {"Records":[{"kinesis":{...},"eventSource":...}]}, and {"Records":[...],"window":{...},"state":...} with a
/// window. AWS's Lambda developer guide, "Using AWS Lambda with Amazon Kinesis".
[[nodiscard]] std::string make_kinesis_event(std::span<const KinesisEventRecord> records,
                                             const KinesisEventSource& source,
                                             const std::optional<KinesisEventWindow>& window = {});

/// Bytes that the record adds to an event.
[[nodiscard]] std::size_t event_bytes(const KinesisEventRecord& record, const KinesisEventSource& source);

}  // namespace millrace::codec
