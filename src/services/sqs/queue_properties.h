#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "ports/resource_provider.h"
#include "services/sqs/queue_description.h"

namespace millrace::sqs {

[[nodiscard]] std::vector<ports::PropertyModel> queue_property_models();

/// A template's properties as CreateQueue wants them.
struct QueueProperties {
    std::string name;  ///< empty: to be generated
    std::map<std::string, std::string> attributes;
    std::map<std::string, std::string> tags;
};

/// Errors: InvalidParameterValue naming the property.
[[nodiscard]] aws::Outcome<QueueProperties> parse_queue_properties(const boost::json::object& properties);

/// What the queue is now, as a template would say it; null for what it has not.
[[nodiscard]] boost::json::object live_properties(const QueueDescription& queue);

/// The queues and the document of a policy resource; `queues` is "Queues" (a list) or "Queue" (one).
struct PolicyProperties {
    std::vector<std::string> queue_urls;
    std::string document;
};
[[nodiscard]] aws::Outcome<PolicyProperties> parse_policy_properties(const boost::json::object& properties,
                                                                     std::string_view queues);

}  // namespace millrace::sqs
