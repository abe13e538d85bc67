#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ports/record_source.h"

namespace millrace::lambda {

/// What all records of a shard have in common in the events a mapping builds from them.
struct EventSource {
    std::string_view stream_arn;
    std::string_view shard_id;
    std::string_view region;
    std::string_view role;  ///< of the function
};

/// The event that AWS's Kinesis mapping hands to a function:
/// {"Records":[{"kinesis":{...},"eventSource":...}]}.
[[nodiscard]] std::string make_kinesis_event(std::span<const ports::SourceRecord> records,
                                             const EventSource& source);

/// Bytes that the record adds to an event.
[[nodiscard]] std::size_t event_bytes(const ports::SourceRecord& record, const EventSource& source);

}  // namespace millrace::lambda
