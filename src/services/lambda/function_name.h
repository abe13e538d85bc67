#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::lambda {

/// A function, or a version or alias of it, as a caller names it.
struct FunctionReference {
    std::string name;       ///< bare
    std::string qualifier;  ///< "$LATEST", a version or an alias; empty when none was given

    /// "name" or "name:qualifier"
    [[nodiscard]] std::string qualified_name() const {
        return qualifier.empty() ? name : name + ":" + qualifier;
    }
};

/// "7": a published version, as no alias may be named.
[[nodiscard]] bool is_version_number(std::string_view qualifier);

/// Takes apart what a caller may write for a function, within the caller's scope:
///   my-function · my-function:7 · 123456789012:function:my-function ·
///   arn:aws:lambda:...:function:my-function:alias
/// Another region is ResourceNotFoundException, another account AccessDeniedException, in AWS's words.
/// `qualifier` is the operation's own Qualifier parameter, empty when it was not given. Whether it is there
/// is not looked at.
[[nodiscard]] aws::Outcome<FunctionReference> resolve_function_name(const aws::Scope& scope,
                                                                    std::string_view reference,
                                                                    std::string_view qualifier = {});

[[nodiscard]] aws::ServiceError function_not_found(const aws::Scope& scope, std::string_view name,
                                                   std::string_view qualifier = {});

}  // namespace millrace::lambda
