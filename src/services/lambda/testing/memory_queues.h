#pragma once

#include <map>
#include <string>
#include <vector>

#include "ports/message_queue.h"

namespace millrace::lambda::testing {

/// Queues in memory, as a test makes them; what is sent stays in them.
class MemoryQueues final : public ports::MessageQueues {
  public:
    void add(const std::string& queue_arn) { sent_[queue_arn]; }
    [[nodiscard]] const std::vector<std::string>& sent(const std::string& queue_arn) const {
        return sent_.at(queue_arn);
    }

    [[nodiscard]] bool exists(const std::string& queue_arn) const override {
        return sent_.contains(queue_arn);
    }
    void send(const std::string& queue_arn, std::string body,
              std::move_only_function<void(Result<>)> done) override {
        if (!exists(queue_arn)) return done(fail(ErrorCode::kNotFound, "no such queue"));
        sent_[queue_arn].push_back(std::move(body));
        done({});
    }

  private:
    std::map<std::string, std::vector<std::string>> sent_;
};

}  // namespace millrace::lambda::testing
