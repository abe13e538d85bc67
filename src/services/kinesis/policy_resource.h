#pragma once

#include "ports/resource_provider.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

// AWS::Kinesis::ResourcePolicy, of a stream or a consumer. The physical id is the ARN of that.
[[nodiscard]] ports::ResourceTypeModel policy_model();
/// Makes it or changes it.
void put_policy_resource(Streams& streams, const ports::ResourceRequest& request, ports::ResourceDone done);
void remove_policy_resource(Streams& streams, const ports::ResourceRequest& request,
                            ports::ResourceRemoved done);

}  // namespace millrace::kinesis
