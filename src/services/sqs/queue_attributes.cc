#include "services/sqs/queue_attributes.h"

#include <algorithm>
#include <charconv>

#include "api/sqs.h"
#include "codec/json.h"
#include "services/sqs/errors.h"
#include "services/sqs/redrive_policy.h"

namespace millrace::sqs {
namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool is_fifo_attribute(std::string_view name) {
    return name == "FifoQueue" || name == "ContentBasedDeduplication" || name == "DeduplicationScope" ||
           name == "FifoThroughputLimit";
}

constexpr std::string_view kNames[] = {
    "DelaySeconds",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
};

}  // namespace

struct QueueAttributes::Number {
    std::string_view name;
    std::int64_t min;
    std::int64_t max;
    std::int64_t QueueAttributes::* field;
};

const QueueAttributes::Number QueueAttributes::kNumbers[] = {
    {"DelaySeconds", 0, 900, &QueueAttributes::delay_},
    {"KmsDataKeyReusePeriodSeconds", 60, 86'400, &QueueAttributes::kms_key_reuse_},
    {"MaximumMessageSize", 1'024, 1'048'576, &QueueAttributes::message_bytes_max_},
    {"MessageRetentionPeriod", 60, 1'209'600, &QueueAttributes::retention_},
    {"ReceiveMessageWaitTimeSeconds", 0, 20, &QueueAttributes::receive_wait_},
    {"VisibilityTimeout", 0, 43'200, &QueueAttributes::visibility_timeout_},
};

std::span<const std::string_view> QueueAttributes::names() {
    return kNames;
}

aws::Outcome<void> QueueAttributes::set(std::string_view name, const std::string& value) {
    for (const Number& number : kNumbers) {
        if (number.name != name) continue;
        const auto parsed = parse_integer(value);
        if (!parsed || *parsed < number.min || *parsed > number.max) {
            return std::unexpected(invalid_attribute(name));
        }
        this->*number.field = *parsed;
        return {};
    }
    if (name == "Policy") {
        const auto document = codec::parse_json(value);
        if (!value.empty() && (!document || !document->is_object())) {
            return std::unexpected(invalid_attribute(name));
        }
        policy_ = value;
    } else if (name == "RedrivePolicy") {
        std::optional<RedrivePolicy> policy;
        if (!value.empty()) {
            auto parsed = parse_redrive_policy(value);
            if (!parsed) return std::unexpected(std::move(parsed.error()));
            policy = std::move(*parsed);
        }
        redrive_ = std::move(policy);
        redrive_text_ = value;
    } else if (name == "RedriveAllowPolicy") {
        RedriveAllowPolicy policy;
        if (!value.empty()) {
            auto parsed = parse_redrive_allow_policy(value);
            if (!parsed) return std::unexpected(std::move(parsed.error()));
            policy = std::move(*parsed);
        }
        redrive_allow_ = std::move(policy);
        redrive_allow_text_ = value;
    } else if (name == "KmsMasterKeyId") {
        kms_key_ = value;
    } else if (name == "SqsManagedSseEnabled") {
        if (value != "true" && value != "false") return std::unexpected(invalid_attribute(name));
        managed_sse_ = value == "true";
    } else if (name == "FifoQueue" && value == "true") {
        return std::unexpected(fifo_not_offered());
    } else if (is_fifo_attribute(name) && name != "FifoQueue") {
        return std::unexpected(api::sqs::invalid_attribute_value("You can specify the " + std::string(name) +
                                                                 " only when FifoQueue is set to true."));
    } else {
        return std::unexpected(unknown_attribute(name));
    }
    return {};
}

aws::Outcome<void> QueueAttributes::set(const std::map<std::string, std::string>& values) {
    QueueAttributes changed = *this;
    for (const auto& [name, value] : values) {
        if (auto done = changed.set(name, value); !done) return done;
    }
    *this = std::move(changed);
    return {};
}

std::optional<std::string> QueueAttributes::get(std::string_view name) const {
    for (const Number& number : kNumbers) {
        if (number.name != name) continue;
        if (number.field == &QueueAttributes::kms_key_reuse_ && kms_key_.empty()) return std::nullopt;
        return std::to_string(this->*number.field);
    }
    const auto unless_empty = [](const std::string& text) {
        return text.empty() ? std::nullopt : std::optional(text);
    };
    if (name == "Policy") return unless_empty(policy_);
    if (name == "RedrivePolicy") return unless_empty(redrive_text_);
    if (name == "RedriveAllowPolicy") return unless_empty(redrive_allow_text_);
    if (name == "KmsMasterKeyId") return unless_empty(kms_key_);
    // AWS encrypts with its own key unless told otherwise.
    if (name == "SqsManagedSseEnabled") return managed_sse_.value_or(kms_key_.empty()) ? "true" : "false";
    return std::nullopt;
}

}  // namespace millrace::sqs
