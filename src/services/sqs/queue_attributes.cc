#include "services/sqs/queue_attributes.h"

#include <algorithm>

#include "api/sqs.h"
#include "base/number.h"
#include "codec/json.h"
#include "services/sqs/boolean_attribute.h"
#include "services/sqs/errors.h"
#include "services/sqs/redrive_policy.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kFifoQueue = "FifoQueue";

constexpr std::string_view kNames[] = {
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
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

aws::Outcome<QueueAttributes> QueueAttributes::of_new_queue(
    const std::map<std::string, std::string>& values) {
    QueueAttributes attributes;
    const auto fifo = values.find(std::string(kFifoQueue));
    if (fifo != values.end()) {
        // AWS knows "false" only by leaving the attribute out.
        if (parse_boolean(fifo->second) != true) return std::unexpected(unknown_attribute(kFifoQueue));
        attributes.fifo_.emplace();
    }
    if (auto set = attributes.set(values); !set) return std::unexpected(std::move(set.error()));
    return attributes;
}

aws::Outcome<void> QueueAttributes::set(const std::map<std::string, std::string>& values) {
    QueueAttributes changed = *this;
    for (const auto& [name, value] : values) {
        if (auto done = changed.set_one(name, value); !done) return done;
    }
    if (auto chosen = changed.choose_encryption(values); !chosen) return chosen;
    if (changed.fifo_) {
        if (auto checked = changed.fifo_->check(values); !checked) return checked;
    }
    *this = std::move(changed);
    return {};
}

aws::Outcome<void> QueueAttributes::set_one(std::string_view name, const std::string& value) {
    for (const Number& number : kNumbers) {
        if (number.name != name) continue;
        const auto parsed = parse_number<std::int64_t>(value);
        if (!parsed || *parsed < number.min || *parsed > number.max) {
            return std::unexpected(invalid_attribute(name));
        }
        this->*number.field = *parsed;
        return {};
    }
    if (name == "Policy" || name == "RedrivePolicy" || name == "RedriveAllowPolicy") {
        return set_policy(name, value);
    }
    if (name == "KmsMasterKeyId") {
        kms_key_ = value;
    } else if (name == "SqsManagedSseEnabled") {
        const auto parsed = parse_boolean(value);
        if (!parsed) return std::unexpected(invalid_attribute(name));
        managed_sse_ = parsed;
    } else if (FifoAttributes::has(name)) {
        if (!fifo_) return std::unexpected(FifoAttributes::refusal(name));
        return fifo_->set(name, value);
    } else if (name == kFifoQueue && fifo_) {
        if (parse_boolean(value) == true) return {};
        return std::unexpected(api::sqs::invalid_attribute_value(
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."));
    } else {
        return std::unexpected(unknown_attribute(name));
    }
    return {};
}

aws::Outcome<void> QueueAttributes::choose_encryption(const std::map<std::string, std::string>& values) {
    const auto key = values.find("KmsMasterKeyId");
    const auto managed = values.find("SqsManagedSseEnabled");
    const bool names_key = key != values.end() && !key->second.empty();
    const bool names_managed = managed != values.end() && parse_boolean(managed->second) == true;
    if (names_key && names_managed) {
        return std::unexpected(
            api::sqs::invalid_attribute_name("You can use one type of server-side encryption (SSE) at one "
                                             "time. You can either enable KMS SSE or SQS SSE."));
    }
    if (names_key) managed_sse_ = false;
    if (names_managed) kms_key_.clear();
    return {};
}

aws::Outcome<void> QueueAttributes::set_policy(std::string_view name, const std::string& value) {
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
        redrive_text_ = policy ? to_json(*policy) : std::string();
        redrive_ = std::move(policy);
    } else {
        RedriveAllowPolicy policy;
        if (!value.empty()) {
            auto parsed = parse_redrive_allow_policy(value);
            if (!parsed) return std::unexpected(std::move(parsed.error()));
            policy = std::move(*parsed);
        }
        redrive_allow_ = std::move(policy);
        redrive_allow_text_ = value.empty() ? std::string() : to_json(redrive_allow_);
    }
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
    if (name == kFifoQueue) return fifo_ ? std::optional<std::string>("true") : std::nullopt;
    return fifo_ ? fifo_->get(name) : std::nullopt;
}

}  // namespace millrace::sqs
