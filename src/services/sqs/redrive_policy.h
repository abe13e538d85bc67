#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"

namespace millrace::sqs {

/// Where messages go that were received too often.
struct RedrivePolicy {
    std::string target_arn;
    std::uint32_t receives_max = 0;
    friend bool operator==(const RedrivePolicy&, const RedrivePolicy&) = default;
};

/// Which queues may name this one as their dead-letter queue.
struct RedriveAllowPolicy {
    enum class Permission { kAllowAll, kDenyAll, kByQueue };
    Permission permission = Permission::kAllowAll;
    std::vector<std::string> source_arns;
    [[nodiscard]] bool allows(std::string_view source_arn) const;
};

/// As AWS shows them, whatever they were set with.
[[nodiscard]] std::string to_json(const RedrivePolicy& policy);
[[nodiscard]] std::string to_json(const RedriveAllowPolicy& policy);

/// From the attributes' JSON; deadLetterTargetArn is not looked up. Errors: InvalidParameterValue in AWS's
/// words.
[[nodiscard]] aws::Outcome<RedrivePolicy> parse_redrive_policy(const std::string& text);
[[nodiscard]] aws::Outcome<RedriveAllowPolicy> parse_redrive_allow_policy(const std::string& text);

}  // namespace millrace::sqs
