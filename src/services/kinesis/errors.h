#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/kinesis/consumer.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

// The errors more than one operation gives, in AWS's words.

[[nodiscard]] aws::ServiceError invalid_argument(std::string message);
[[nodiscard]] aws::ServiceError stream_not_found(const aws::Scope& scope, std::string_view name);
[[nodiscard]] aws::ServiceError stream_exists(const aws::Scope& scope, std::string_view name);
[[nodiscard]] aws::ServiceError stream_not_active(const aws::Scope& scope, std::string_view name,
                                                  StreamStatus status);
[[nodiscard]] aws::ServiceError shard_not_found(const aws::Scope& scope, std::string_view stream,
                                                std::uint32_t shard);
/// For shards to split or merge, and for what cannot be the name of one.
[[nodiscard]] aws::ServiceError could_not_find_shard(const aws::Scope& scope, std::string_view stream,
                                                     std::string_view shard);
[[nodiscard]] aws::ServiceError shard_limit_exceeded(const aws::Scope& scope, std::size_t open,
                                                     std::size_t limit, std::size_t more);
[[nodiscard]] aws::ServiceError on_demand_limit_exceeded(const aws::Scope& scope, std::size_t count,
                                                         std::size_t limit);
/// `what` names the consumer: its ARN or its name.
[[nodiscard]] aws::ServiceError consumer_not_found(const aws::Scope& scope, std::string_view what);
[[nodiscard]] aws::ServiceError consumer_exists(const Stream& stream, std::string_view name);
[[nodiscard]] aws::ServiceError consumer_not_active(const Consumer& consumer);
[[nodiscard]] aws::ServiceError consumer_limit_exceeded(const Stream& stream, std::size_t limit);
[[nodiscard]] aws::ServiceError subscription_exists(const Consumer& consumer, const Shard& shard);
/// DeleteStream without EnforceConsumerDeletion.
[[nodiscard]] aws::ServiceError consumers_in_use(const Stream& stream);
[[nodiscard]] aws::ServiceError policy_not_found(std::string_view arn);
/// Of a shard, by writes or reads (ProvisionedThroughputExceededException).
[[nodiscard]] aws::ServiceError shard_rate_exceeded(const Stream& stream, std::uint32_t shard);
/// Of calls (LimitExceededException); `stream` is empty for one that names none.
[[nodiscard]] aws::ServiceError call_rate_exceeded(const aws::Scope& scope, std::string_view stream);
/// The answer to a DryRun that finds nothing wrong.
[[nodiscard]] aws::ServiceError dry_run_passed();
/// For options that AWS has and Millrace has not.
[[nodiscard]] aws::ServiceError not_offered(std::string_view option);

}  // namespace millrace::kinesis
