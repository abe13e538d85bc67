#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "services/cloudformation/template/external_values.h"

namespace millrace::cloudformation {

// "{{resolve:ssm:name}}" and "{{resolve:ssm:name:version}}" in the texts of properties and outputs
// (CloudFormation's user guide, "Get a plaintext value from Systems Manager Parameter Store").

[[nodiscard]] bool has_dynamic_reference(std::string_view text);

/// References to other services are not offered. `path` is told in the error.
[[nodiscard]] Result<> check_dynamic_references(std::string_view text, const std::string& path);

/// Puts the values in place of the references in all texts of `value`. What is not among the values goes to
/// `missing`; where that is null, it is an error, as is a reference to what only the deployment will know.
/// `path` is told in the error.
[[nodiscard]] Result<> resolve_dynamic_references(boost::json::value& value, const ExternalValues& values,
                                                  ExternalKeys* missing, const std::string& path);

/// AWS's words for parameters that are not there.
[[nodiscard]] std::string no_parameters(const ExternalKeys& keys);

}  // namespace millrace::cloudformation
