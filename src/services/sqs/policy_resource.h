#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "ports/resource_provider.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

// AWS::SQS::QueuePolicy (property Queues) and AWS::SQS::QueueInlinePolicy (property Queue).

/// Gives the queues the policy; all of them must exist. Queues that only `previous` names lose theirs.
void apply_policy_resource(Queues& queues, const ports::ResourceRequest& request, std::string physical_id,
                           const boost::json::object& previous, ports::ResourceDone done);

/// Takes the policy from the queues that are still there.
void remove_policy_resource(Queues& queues, const ports::ResourceRequest& request,
                            ports::ResourceRemoved done);

}  // namespace millrace::sqs
