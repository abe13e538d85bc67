#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/cloudformation/template/source.h"

namespace millrace::cloudformation {

/// What the template's author must acknowledge, as GetTemplateSummary tells it; empty for most templates.
struct RequiredCapabilities {
    std::vector<std::string>
        capabilities;  ///< CAPABILITY_IAM, or CAPABILITY_NAMED_IAM when an IAM resource has a name
    std::string reason;
};

[[nodiscard]] RequiredCapabilities required_capabilities(const Template& of);
/// Before the transforms: what they make may require more.
[[nodiscard]] RequiredCapabilities required_capabilities(const TemplateSource& of);

/// Acknowledges that transforms make a template's resources.
inline constexpr std::string_view kAutoExpand = "CAPABILITY_AUTO_EXPAND";

/// Whether the given capabilities cover the required ones: the named one covers both.
[[nodiscard]] bool covers(const std::vector<std::string>& given, const RequiredCapabilities& required);

}  // namespace millrace::cloudformation
