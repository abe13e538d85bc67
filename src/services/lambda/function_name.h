#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::lambda {

/// Resolves what a caller may write for a function to the bare name, within the caller's scope:
///   my-function · my-function:$LATEST · 123456789012:function:my-function ·
///   arn:aws:lambda:...:function:my-function
/// A version or alias other than $LATEST, another account or another region is ResourceNotFoundException, in
/// AWS's words. `qualifier` is the operation's own Qualifier parameter, empty when it was not given.
[[nodiscard]] aws::Outcome<std::string> resolve_function_name(const aws::Scope& scope,
                                                              std::string_view reference,
                                                              std::string_view qualifier = {});

[[nodiscard]] aws::ServiceError function_not_found(const aws::Scope& scope, std::string_view name,
                                                   std::string_view qualifier = {});

}  // namespace millrace::lambda
