#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "services/cloudformation/sam/function.h"
#include "services/cloudformation/sam/other_types.h"

namespace millrace::cloudformation::sam {

// Where unknown types are allowed, what is not offered of SAM becomes resources without properties, with the
// types and logical ids that AWS's translator gives them: references to them resolve, and as Millrace does
// not offer these types either, the deployment skips them and says so.

/// Of an AWS::Serverless resource of a type that is not offered.
[[nodiscard]] FunctionResources skipped_resource(const std::string& logical_id, std::string_view type,
                                                 const boost::json::object& resource);

/// Of a function's event; nothing when its type is none of SAM's, or is offered. Where the translator makes
/// nothing but what is offered, the type is AWS::Serverless::<event type>Event.
[[nodiscard]] std::optional<MadeResource> skipped_event(const std::string& function,
                                                        const std::string& event_id,
                                                        const boost::json::value& event);

/// Of a function's DeploymentPreference.
[[nodiscard]] MadeResource skipped_deployment(const std::string& function);

/// Adds ServerlessRestApi and ServerlessHttpApi, as far as events in these resources call for them.
void add_implicit_apis(boost::json::object& resources);

/// Of the member Connectors of any resource.
[[nodiscard]] FunctionResources skipped_connectors(const std::string& logical_id,
                                                   const boost::json::object& resource);

}  // namespace millrace::cloudformation::sam
