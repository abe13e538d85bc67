#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "services/sqs/record.h"

namespace millrace::sqs {

/// What the receives of a FIFO queue with a ReceiveRequestAttemptId handed out in the last five minutes.
/// Pure.
class ReceiveAttempts {
  public:
    static constexpr Seconds kWindow{300};

    struct Message {
        MessageNumber number;
        std::uint32_t nonce = 0;
        MonotonicTime visible_at;  ///< as this attempt had it; else the message was changed since
    };

    /// The attempt was made at that time; none was later.
    void remember(const std::string& id, MonotonicTime made, std::vector<Message> messages);
    /// nullptr when there is none.
    [[nodiscard]] const std::vector<Message>* find(const std::string& id, MonotonicTime now) const;
    /// The latest attempt that the message was handed out to, if it is remembered.
    [[nodiscard]] const std::string* attempt_of(MessageNumber message) const;

  private:
    struct Attempt {
        MonotonicTime until;
        std::vector<Message> messages;
    };

    void forget(const std::string& id);

    std::unordered_map<std::string, Attempt> attempts_;
    std::unordered_map<MessageNumber, std::string> by_message_;
    std::deque<std::pair<MonotonicTime, std::string>> by_end_;
};

}  // namespace millrace::sqs
