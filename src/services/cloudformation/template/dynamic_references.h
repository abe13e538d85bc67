#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::cloudformation {

// "{{resolve:ssm:name}}" and "{{resolve:ssm:name:version}}" in the texts of properties and outputs: values of
// Systems Manager's parameters, looked up when a request comes (CloudFormation's user guide, "Get a plaintext
// value from Systems Manager Parameter Store").

/// By what stands between "ssm:" and the braces.
using DynamicValues = std::map<std::string, std::string>;

/// References to other services are not offered. `path` is told in the error.
[[nodiscard]] Result<> check_dynamic_references(std::string_view text, const std::string& path);

/// Puts the values in place of the references in all texts of `value`. Names that are not among the values go
/// to `missing`; where that is null, they are an error.
[[nodiscard]] Result<> resolve_dynamic_references(boost::json::value& value, const DynamicValues& values,
                                                  std::set<std::string>* missing);

/// AWS's words for parameters that are not there.
[[nodiscard]] std::string no_dynamic_values(const std::set<std::string>& names);

}  // namespace millrace::cloudformation
