#pragma once

#include <functional>
#include <string>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::ports {

/// Asynchronous invocations as other services ask for them: what services/lambda offers.
/// Threads: the home executor; the answer may come inside the call.
class FunctionEvents {
  public:
    virtual ~FunctionEvents() = default;
    /// Hands an event to a function, named by its ARN, a version's or an alias's. Answers when the event is
    /// durable: it runs then, at least once. Errors are those of Lambda's Invoke.
    virtual void accept(const aws::Scope& scope, const std::string& function_arn, std::string payload,
                        std::move_only_function<void(aws::Outcome<void>)> done) = 0;
};

}  // namespace millrace::ports
