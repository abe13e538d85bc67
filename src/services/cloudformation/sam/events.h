#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "base/error.h"
#include "services/cloudformation/sam/policies.h"

namespace millrace::cloudformation::sam {

/// The AWS::Lambda::EventSourceMapping that an event of type Kinesis or SQS becomes, its properties only;
/// what polling needs is added to the role. `invoked` is what the mapping calls: the function, or its alias.
[[nodiscard]] Result<boost::json::object> event_source_mapping(const std::string& function,
                                                               const std::string& event_id,
                                                               const boost::json::value& event,
                                                               const boost::json::value& invoked,
                                                               const Context& context, RolePolicies& role);

}  // namespace millrace::cloudformation::sam
