#pragma once

#include <string>
#include <string_view>

#include "services/lambda/mappings/shard_reader_host.h"

namespace millrace::lambda {

struct FailureOrigin {
    std::string_view function_arn;
    std::string_view stream_arn;
    std::string_view shard_id;
    WallTime now;
    std::string_view request_id_if_unasked;
};

/// What AWS sends to the OnFailure destination of a Kinesis mapping. It says where the records are, not what
/// they are. AWS's Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event
/// source".
/// An object in S3 has it with the event that the function was given as a text, `payload`.
[[nodiscard]] std::string make_failure_record(const Discard& what, const FailureOrigin& origin,
                                              std::string_view payload = {});

/// "RetryAttemptsExhausted", "RecordAgeExceeded"
[[nodiscard]] std::string_view condition_of(DiscardReason reason);

}  // namespace millrace::lambda
