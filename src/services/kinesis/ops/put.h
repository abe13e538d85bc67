#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/kinesis/record.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// What PutRecord and PutRecords check of each record. The view points into what is given; `data_member` is
/// where the data stands in the request: "data", "records.1.member.data".
/// Errors: ValidationException for data larger than the stream allows, InvalidArgumentException for data that
/// is so together with its partition key, and for a hash key out of range.
[[nodiscard]] aws::Outcome<RecordView> check_record(const Stream& stream, const std::string& partition_key,
                                                    const std::optional<std::string>& explicit_hash_key,
                                                    const std::string& data, std::string_view data_member);

}  // namespace millrace::kinesis
