#pragma once

#include <string>

#include "services/lambda/core.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

/// A function, a version and an alias have one revision each, which stands for their policies, too.
[[nodiscard]] std::string revision_of(const Core& core, const Target& target);

/// Gives the target another revision. One that is being changed otherwise has its new one from there.
void renew_revision(Core& core, const Target& target, std::string revision, storage::Done done);

}  // namespace millrace::lambda
