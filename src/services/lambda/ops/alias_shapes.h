#pragma once

#include <optional>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

// What the operations on aliases share: between the API's shapes and ours.

[[nodiscard]] api::lambda::AliasConfiguration describe(const Function& function, const Alias& alias);

/// Whether the versions of an alias are there and its weights such as AWS takes. Errors in AWS's words.
[[nodiscard]] aws::Outcome<void> check_versions(const Core& core, const Function& function,
                                                const Alias& alias);

using Weights = std::map<std::string, double>;
/// What a request says of other versions; none when it says nothing.
[[nodiscard]] Weights weights_of(const std::optional<api::lambda::AliasRoutingConfiguration>& routing);

/// Stores it under a new revision, lets provisioned processes follow it, and answers with it.
void store_alias(Core& core, const FunctionPtr& function, Alias alias,
                 std::move_only_function<void(aws::Outcome<api::lambda::AliasConfiguration>)> done);

}  // namespace millrace::lambda
