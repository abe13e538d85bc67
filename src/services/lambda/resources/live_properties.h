#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "ports/resource_provider.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// What ports::ResourceProvider::read() tells of a function: all but its code and the settings that stand in
/// tables of their own. nullopt when it is gone.
[[nodiscard]] std::optional<boost::json::object> live_function(const Core& core,
                                                               const ports::ResourceRequest& request,
                                                               const std::string& name);
/// The same of an event source mapping. The function is told as the template names it: by name or ARN.
[[nodiscard]] std::optional<boost::json::object> live_mapping(const Core& core,
                                                              const ports::ResourceRequest& request,
                                                              const std::string& uuid);

}  // namespace millrace::lambda
