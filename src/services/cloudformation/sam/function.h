#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>

#include "base/error.h"
#include "services/cloudformation/sam/context.h"

namespace millrace::cloudformation::sam {

/// What an AWS::Serverless::Function becomes.
struct FunctionResources {
    boost::json::object resources;               ///< by logical id
    boost::json::object conditions;              ///< new ones, by name
    std::map<std::string, std::string> aliases;  ///< "Alias", "Version", ...: what `Function.Alias` refers to
};

/// `resource` is as it stands in Resources, with the Globals' properties.
[[nodiscard]] Result<FunctionResources> expand_function(const std::string& logical_id,
                                                        const boost::json::object& resource,
                                                        const Context& context);

}  // namespace millrace::cloudformation::sam
