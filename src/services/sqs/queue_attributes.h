#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "base/time.h"
#include "services/sqs/fifo_attributes.h"
#include "services/sqs/redrive_policy.h"

namespace millrace::sqs {

/// The attributes of a queue that its owner sets, each with AWS's range and default. Policy, the Kms
/// attributes and SqsManagedSseEnabled are kept and shown, and have no further effect.
class QueueAttributes {
  public:
    /// The names that queues know; some only FIFO queues.
    [[nodiscard]] static std::span<const std::string_view> names();

    /// Those of a new queue: a FIFO queue when FifoQueue is "true". Errors: those of set().
    [[nodiscard]] static aws::Outcome<QueueAttributes> of_new_queue(
        const std::map<std::string, std::string>& values);

    /// Takes AWS's text of a value; an empty one resets Policy, RedrivePolicy, RedriveAllowPolicy and
    /// KmsMasterKeyId. A key of KMS turns SqsManagedSseEnabled off, and that takes the key away. Whether the
    /// queue is a FIFO queue cannot change. All of the values are taken or none. Errors:
    /// InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue (redrive policies).
    [[nodiscard]] aws::Outcome<void> set(const std::map<std::string, std::string>& values);
    [[nodiscard]] aws::Outcome<void> set(const std::string& name, const std::string& value) {
        return set({{name, value}});
    }

    /// The value as AWS shows it; empty for one that has none.
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const;

    [[nodiscard]] Seconds visibility_timeout() const { return Seconds{visibility_timeout_}; }
    [[nodiscard]] Seconds retention() const { return Seconds{retention_}; }
    [[nodiscard]] Seconds delay() const { return Seconds{delay_}; }
    [[nodiscard]] Seconds receive_wait() const { return Seconds{receive_wait_}; }
    [[nodiscard]] std::size_t message_bytes_max() const {
        return static_cast<std::size_t>(message_bytes_max_);
    }
    [[nodiscard]] const std::optional<RedrivePolicy>& redrive() const { return redrive_; }
    [[nodiscard]] const RedriveAllowPolicy& redrive_allow() const { return redrive_allow_; }
    [[nodiscard]] bool is_fifo() const { return fifo_.has_value(); }
    /// What makes it a FIFO queue; empty for a standard queue.
    [[nodiscard]] const std::optional<FifoAttributes>& fifo() const { return fifo_; }

  private:
    struct Number;
    static const Number kNumbers[];

    [[nodiscard]] aws::Outcome<void> set_one(std::string_view name, const std::string& value);
    [[nodiscard]] aws::Outcome<void> set_policy(std::string_view name, const std::string& value);
    /// A queue is encrypted in one way: to name one ends the other.
    [[nodiscard]] aws::Outcome<void> choose_encryption(const std::map<std::string, std::string>& values);

    std::int64_t visibility_timeout_ = 30;
    std::int64_t message_bytes_max_ = 1'048'576;
    std::int64_t retention_ = 345'600;
    std::int64_t delay_ = 0;
    std::int64_t receive_wait_ = 0;
    std::int64_t kms_key_reuse_ = 300;
    std::string policy_;
    std::string redrive_text_;
    std::string redrive_allow_text_;
    std::string kms_key_;
    std::optional<bool> managed_sse_;
    std::optional<RedrivePolicy> redrive_;
    RedriveAllowPolicy redrive_allow_;
    std::optional<FifoAttributes> fifo_;
};

}  // namespace millrace::sqs
