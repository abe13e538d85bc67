#pragma once

#include <string>

#include "services/lambda/core.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

/// A function, a version and an alias have one revision each, which stands for their policies, too.
[[nodiscard]] std::string revision_of(const Core& core, const Target& target);

/// Gives the target another revision, if it is still there; one that is being changed has its new one from
/// that.
void renew_revision(Core& core, const Target& target, std::string revision, storage::Done done);

}  // namespace millrace::lambda
