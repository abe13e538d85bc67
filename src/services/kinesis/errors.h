#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

// The errors more than one operation gives, in AWS's words.

[[nodiscard]] aws::ServiceError invalid_argument(std::string message);
[[nodiscard]] aws::ServiceError stream_not_found(const aws::Scope& scope, std::string_view name);
[[nodiscard]] aws::ServiceError stream_exists(const aws::Scope& scope, std::string_view name);
[[nodiscard]] aws::ServiceError stream_not_active(const aws::Scope& scope, std::string_view name,
                                                  StreamStatus status);
[[nodiscard]] aws::ServiceError shard_not_found(const Stream& stream, std::string_view shard);
[[nodiscard]] aws::ServiceError shard_limit_exceeded(const aws::Scope& scope, std::size_t open,
                                                     std::size_t limit, std::size_t more);
[[nodiscard]] aws::ServiceError on_demand_limit_exceeded(const aws::Scope& scope, std::size_t limit);
[[nodiscard]] aws::ServiceError policy_not_found(std::string_view arn);
/// For options that AWS has and Millrace has not.
[[nodiscard]] aws::ServiceError not_offered(std::string_view option);

}  // namespace millrace::kinesis
