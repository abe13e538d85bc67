#pragma once

#include <string_view>

namespace millrace::cloudformation::sam {

/// One of the policy templates that SAM offers to functions.
struct PolicyTemplate {
    std::string_view name;
    std::string_view parameters;  ///< names, with a blank between; each is required
    std::string_view document;    ///< JSON, with {"Ref": parameter} where its value goes
};

/// nullptr when there is none of that name.
[[nodiscard]] const PolicyTemplate* find_policy_template(std::string_view name);

}  // namespace millrace::cloudformation::sam
