#pragma once

#include "ports/function_events.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// Lambda's asynchronous invocations for other services. Threads: the home executor.
class EventPort final : public ports::FunctionEvents {
  public:
    explicit EventPort(Core& core) : core_(core) {}
    void accept(const aws::Scope& scope, const std::string& function_arn, std::string payload,
                std::move_only_function<void(aws::Outcome<void>)> done) override;

  private:
    Core& core_;
};

/// Accepts an event for a function that is there. Throttling is TooManyRequestsException.
void accept_event(Core& core, AsyncEvent event, std::move_only_function<void(aws::Outcome<void>)> done);

}  // namespace millrace::lambda
