#pragma once

#include <map>
#include <set>
#include <string>

namespace millrace::cloudformation {

/// What the template's values take from outside of the stack, looked up when a request comes and kept with
/// the stack: parameters of Systems Manager, by "ssm:name" (dynamic_references.h), and outputs of other
/// stacks, by the argument of Fn::GetStackOutput as JSON.
using ExternalValues = std::map<std::string, std::string>;

/// Keys that are still to be looked up.
using ExternalKeys = std::set<std::string>;

inline constexpr std::string_view kParameterKey = "ssm:";

}  // namespace millrace::cloudformation
