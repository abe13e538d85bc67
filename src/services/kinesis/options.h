#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

// The rules for a stream's options that both the API and templates obey, in AWS's words.

[[nodiscard]] aws::Outcome<void> check_retention(std::int32_t hours);
[[nodiscard]] aws::Outcome<void> increase_retention(StreamOptions& options, const std::string& stream,
                                                    std::int32_t hours);
[[nodiscard]] aws::Outcome<void> decrease_retention(StreamOptions& options, const std::string& stream,
                                                    std::int32_t hours);

/// "AUTO" or "USER_PARTITION_KEY". InvalidArgumentException for AUTO of a stream that is not on demand.
[[nodiscard]] aws::Outcome<void> set_distribution(StreamOptions& options, std::string_view strategy);

/// What names of shard-level metrics stand for: "ALL" is every metric there is.
[[nodiscard]] std::set<std::string> shard_metrics(const std::vector<std::string>& names);
[[nodiscard]] bool is_shard_metric(const std::string& name);

}  // namespace millrace::kinesis
