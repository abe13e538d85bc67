#include "services/sqs/fifo_attributes.h"

#include <fmt/format.h>

#include "api/sqs.h"
#include "services/sqs/boolean_attribute.h"
#include "services/sqs/errors.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kContentBased = "ContentBasedDeduplication";
constexpr std::string_view kScope = "DeduplicationScope";
constexpr std::string_view kLimit = "FifoThroughputLimit";

/// `value` must be one of two words; true when it is the second.
aws::Outcome<bool> is_second(std::string_view name, std::string_view value, std::string_view first,
                             std::string_view second) {
    if (value != first && value != second) return std::unexpected(invalid_attribute(name));
    return value == second;
}

}  // namespace

bool FifoAttributes::has(std::string_view name) {
    return name == kContentBased || name == kScope || name == kLimit;
}

aws::ServiceError FifoAttributes::refusal(std::string_view name) {
    if (name == kContentBased) return unknown_attribute(name);
    return api::sqs::invalid_attribute_name(
        fmt::format("You can specify the {} only when FifoQueue is set to true.", name));
}

aws::Outcome<void> FifoAttributes::set(std::string_view name, std::string_view value) {
    if (name == kContentBased) {
        const auto parsed = parse_boolean(value);
        if (!parsed) return std::unexpected(invalid_attribute(name));
        content_based_deduplication = *parsed;
        return {};
    }
    const auto word = name == kScope ? is_second(name, value, "queue", "messageGroup")
                                     : is_second(name, value, "perQueue", "perMessageGroupId");
    if (!word) return std::unexpected(word.error());
    if (name == kScope) scope = *word ? DeduplicationScope::kMessageGroup : DeduplicationScope::kQueue;
    if (name == kLimit) limit_per_group = *word;
    return {};
}

std::optional<std::string> FifoAttributes::get(std::string_view name) const {
    if (name == kContentBased) return content_based_deduplication ? "true" : "false";
    if (name == kScope) return scope == DeduplicationScope::kQueue ? "queue" : "messageGroup";
    if (name == kLimit) return limit_per_group ? "perMessageGroupId" : "perQueue";
    return std::nullopt;
}

aws::Outcome<void> FifoAttributes::check(const std::map<std::string, std::string>& changed) const {
    if (!limit_per_group || scope == DeduplicationScope::kMessageGroup) return {};
    return std::unexpected(api::sqs::invalid_attribute_value(fmt::format(
        "Invalid value for the parameter {}. Reason: To set FifoThroughputLimit to perMessageGroupId, the "
        "DeduplicationScope must be messageGroup.",
        changed.contains(std::string(kLimit)) ? kLimit : kScope)));
}

}  // namespace millrace::sqs
