#pragma once

#include <optional>
#include <string>

#include "aws/error.h"
#include "services/kinesis/record.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// What PutRecord and PutRecords check of each record. The view points into what is given.
/// Errors: InvalidArgumentException for a hash key out of range, and for a record larger than the stream
/// allows.
[[nodiscard]] aws::Outcome<RecordView> check_record(const Stream& stream, const std::string& partition_key,
                                                    const std::optional<std::string>& explicit_hash_key,
                                                    const std::string& data);

}  // namespace millrace::kinesis
