#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>

namespace millrace::cloudformation::sam {

/// "Function.Alias", or "Layer", to the logical id that it stands for.
using MadeNames = std::map<std::string, std::string>;

/// Ref, Fn::GetAtt and Fn::Sub of such names refer to the resources that were made.
void resolve_made_names(boost::json::value& value, const MadeNames& names);

/// DependsOn of a resource likewise.
void resolve_dependencies(boost::json::value& resource, const MadeNames& names);

}  // namespace millrace::cloudformation::sam
