#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

inline constexpr std::size_t kParameterValueBytesMax = 4096;

/// Parameter name to its text, as given or by default.
using ParameterValues = std::map<std::string, std::string>;

/// The values of all parameters that the template declares. Errors in AWS's words: "Parameters: [X] must have
/// values", "Parameters: [X] do not exist in the template", "Parameter 'X' must be one of AllowedValues", ...
[[nodiscard]] Result<ParameterValues> resolve_parameters(const std::vector<ParameterDeclaration>& declared,
                                                         const ParameterValues& given);

/// What Ref of the parameter gives, whose text or looked up value it is: a string, or a list of strings for
/// the list types.
[[nodiscard]] boost::json::value parameter_reference(ParameterType type, const std::string& text);

}  // namespace millrace::cloudformation
