#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::cloudformation {

class Stacks;

/// The template of a request, by value or by the URL of an object; none when it gives neither. Errors are
/// AWS's: both, no URL of an object, what S3 says, and the limits: 51,200 bytes by value, 1 MiB by URL. May
/// answer inside the call.
void fetch_template(const Stacks& stacks, const aws::Scope& scope, std::optional<std::string> body,
                    const std::optional<std::string>& url,
                    std::move_only_function<void(aws::Outcome<std::optional<std::string>>)> done);

}  // namespace millrace::cloudformation
