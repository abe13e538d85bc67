#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/lambda/execution/sandbox_host.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// A /tmp for a process of the function, of its EphemeralStorage. Of the machine's /tmp shows through what
/// leads to the paths that the process needs, most needed first, to what links in its code lead to, and to
/// our working directory. None, which means the machine's, when a path that it needs is /tmp itself, when
/// /tmp is a link, or when the function's environment names a path below it: somebody else knows that path.
///
/// `code` is the function's folder; links in it are followed when it is run in place.
[[nodiscard]] std::optional<SandboxTmp> plan_tmp(const Function& function, const std::string& code,
                                                 const std::vector<std::string>& needed);

}  // namespace millrace::lambda
