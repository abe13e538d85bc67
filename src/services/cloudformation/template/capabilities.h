#pragma once

#include <string>
#include <vector>

#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// What the template's author must acknowledge, as GetTemplateSummary tells it; empty for most templates.
struct RequiredCapabilities {
    std::vector<std::string>
        capabilities;  ///< CAPABILITY_IAM, or CAPABILITY_NAMED_IAM when an IAM resource has a name
    std::string reason;
};

[[nodiscard]] RequiredCapabilities required_capabilities(const Template& of);

/// Whether the given capabilities cover the required ones: the named one covers both.
[[nodiscard]] bool covers(const std::vector<std::string>& given, const RequiredCapabilities& required);

}  // namespace millrace::cloudformation
