#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/sam/context.h"

namespace millrace::cloudformation::sam {

/// A destination without an ARN.
struct MadeQueue {
    std::string logical_id;
    std::string condition;  ///< under which there is no ARN; empty: there never is
};

struct EventInvokeConfig {
    boost::json::object properties;  ///< of AWS::Lambda::EventInvokeConfig
    std::vector<MadeQueue> queues;   ///< those to make
    boost::json::object conditions;  ///< new ones, by name
};

/// From a function's EventInvokeConfig with parameters filled in. What the destinations need is added to the
/// role's statements.
[[nodiscard]] Result<EventInvokeConfig> event_invoke_config(const std::string& function,
                                                            const std::string& alias_name,
                                                            const boost::json::value& config,
                                                            boost::json::array& statements);

}  // namespace millrace::cloudformation::sam
