#pragma once

#include <optional>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// AWS's default for an account in a region, and what must stay unreserved of it.
inline constexpr std::int64_t kAccountConcurrency = 1000;
inline constexpr std::int64_t kUnreservedConcurrencyMin = 100;

/// What no function of the scope has reserved; `but`: a function that is left out.
[[nodiscard]] std::int64_t unreserved_concurrency(const Core& core, const aws::Scope& scope,
                                                  std::string_view but = {});

/// Whether the function may reserve that much. InvalidParameterValueException in AWS's words.
[[nodiscard]] aws::Outcome<void> check_reserved(const Core& core, const Function& function,
                                                std::int64_t wanted);

/// Stores, or takes away, a function's reserved concurrency; events that it held up run.
void store_reserved(Core& core, const FunctionPtr& function, std::optional<std::int64_t> wanted,
                    std::move_only_function<void(aws::Outcome<void>)> done);

}  // namespace millrace::lambda
