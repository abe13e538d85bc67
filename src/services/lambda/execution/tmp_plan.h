#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/lambda/execution/sandbox_host.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// A /tmp for a process of the function, of its EphemeralStorage. Of the machine's /tmp shows through what
/// leads to the paths that the process needs, to our working directory, or to a path, or list of paths, in
/// the function's environment. None, which means the machine's, when a path that it needs is /tmp itself, or
/// /tmp is a link.
[[nodiscard]] std::optional<SandboxTmp> plan_tmp(const Function& function,
                                                 const std::vector<std::string>& needed);

}  // namespace millrace::lambda
