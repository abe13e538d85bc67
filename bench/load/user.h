#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/executor.h"
#include "channel.h"
#include "requests.h"
#include "tally.h"

namespace millrace::bench {

class User;

class UserOwner {
  public:
    virtual void on_sent(User& user, std::uint64_t id, MonotonicTime scheduled) = 0;
    /// The user may begin again. The answer is gone when it returns.
    virtual void on_done(User& user, const Outcome& outcome, std::string_view answer) = 0;

  protected:
    ~UserOwner() = default;
};

/// Goes through a load's steps, one request at a time, each when it is told.
class User final : private AnswerTaker {
  public:
    User(Executor& executor, Requests& requests, std::span<const Step> steps,
         std::unique_ptr<Channel> channel, std::size_t index, UserOwner& owner)
        : executor_(executor),
          requests_(requests),
          steps_(steps),
          channel_(std::move(channel)),
          index_(index),
          owner_(owner) {}

    /// The next step. `scheduled` may be past: latency counts from there. `unique`: see Requests::make().
    void begin(MonotonicTime scheduled, bool unique = false);

  private:
    void on_answer(int status, std::string body) override;
    Outcome judge(const Step& step, int status, std::string_view body);
    void capture(const Step& step, std::string_view body);
    void next_step(const Step& step, const Outcome& outcome);

    Executor& executor_;
    Requests& requests_;
    const std::span<const Step> steps_;
    const std::unique_ptr<Channel> channel_;
    const std::size_t index_;
    UserOwner& owner_;
    std::size_t position_ = 0;
    Captured captured_;
    MonotonicTime scheduled_;
    std::size_t bytes_out_ = 0;
};

}  // namespace millrace::bench
