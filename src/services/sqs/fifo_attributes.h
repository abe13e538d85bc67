#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/sqs/deduplication.h"

namespace millrace::sqs {

/// The attributes that only FIFO queues have. FifoThroughputLimit is kept and shown: throughput is not
/// limited.
struct FifoAttributes {
    bool content_based_deduplication = false;
    DeduplicationScope scope = DeduplicationScope::kQueue;
    bool limit_per_group = false;

    /// ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit?
    [[nodiscard]] static bool has(std::string_view name);
    /// Why a standard queue does not take the attribute: InvalidAttributeName in AWS's words.
    [[nodiscard]] static aws::ServiceError refusal(std::string_view name);

    /// Errors: InvalidAttributeValue.
    [[nodiscard]] aws::Outcome<void> set(std::string_view name, std::string_view value);
    /// AWS's text; empty for other names.
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const;

    /// The limit per group needs the scope messageGroup. `changed` are the attributes that were set. Errors:
    /// InvalidAttributeValue.
    [[nodiscard]] aws::Outcome<void> check(const std::map<std::string, std::string>& changed) const;
};

}  // namespace millrace::sqs
