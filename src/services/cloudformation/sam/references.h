#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>

namespace millrace::cloudformation::sam {

/// "Function.Alias" to the logical id that it stands for.
using MadeNames = std::map<std::string, std::string>;

/// Ref, Fn::GetAtt and Fn::Sub of such names refer to the resources that were made.
void resolve_made_names(boost::json::value& value, const MadeNames& names);

}  // namespace millrace::cloudformation::sam
