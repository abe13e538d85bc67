#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/ssm/parameters.h"

namespace millrace::ssm {

/// Whether a new parameter may have the name.
[[nodiscard]] aws::Outcome<void> check_name(const aws::Scope& scope, std::string_view name);

/// Whether the text is a path: "/", "/a", "/a/b".
[[nodiscard]] aws::Outcome<void> check_path(std::string_view path);

/// The name in what a request says, a name or an ARN, without a version or label behind a colon.
struct NamedParameter {
    std::string name;
    std::string selector;  ///< ":3", or empty
};
[[nodiscard]] NamedParameter read_name(std::string_view text);

/// The parameter that a request names. ParameterNotFound, ParameterVersionNotFound: only the newest version
/// is kept, and labels are not offered.
[[nodiscard]] aws::Outcome<const Parameter*> require(const Parameters& parameters, const aws::Scope& scope,
                                                     const NamedParameter& named);

}  // namespace millrace::ssm
