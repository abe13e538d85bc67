#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/kinesis/record.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// A record as a request has it.
struct GivenRecord {
    const std::optional<std::string>& partition_key;
    const std::optional<std::string>& explicit_hash_key;
    const std::string& data;
    std::size_t position = 0;  ///< among those of the request, from 1; 0 for the only one
};

/// What PutRecord and PutRecords check of each record. The view points into what is given.
/// Errors: ValidationException for a record without a partition key in a stream that needs one and for data
/// larger than the stream allows, InvalidArgumentException for data that is so together with its partition
/// key, and for a hash key out of range.
[[nodiscard]] aws::Outcome<RecordView> check_record(const Stream& stream, const GivenRecord& given);

}  // namespace millrace::kinesis
