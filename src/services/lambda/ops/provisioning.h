#pragma once

#include <string>

#include "services/lambda/core.h"

namespace millrace::lambda {

/// Lets every version of a function have as many processes ready as its provisioned concurrency, and that of
/// the aliases that point to it, asks for.
void apply_provisioning(Core& core, const aws::Scope& scope, const std::string& name);

/// The same for all functions, at start.
void apply_all_provisioning(Core& core);

/// What all versions and aliases of a function ask for together.
[[nodiscard]] std::size_t provisioned_in_all(const Core& core, const aws::Scope& scope,
                                             const std::string& name);

}  // namespace millrace::lambda
