#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/resource.h"

namespace millrace::kinesis {

void get_resource_policy(Streams& streams, const aws::RequestContext& context,
                         api::kinesis::GetResourcePolicyInput input,
                         aws::Reply<api::kinesis::GetResourcePolicy> reply) {
    const auto resource = resolve_resource(streams, context.scope, resource_target_of(input));
    if (!resource) return reply(std::unexpected(resource.error()));
    const auto& policy =
        resource->consumer != nullptr ? resource->consumer->policy : resource->stream->options.policy;
    reply(api::kinesis::GetResourcePolicyOutput{.policy = policy.value_or("{}")});
}

}  // namespace millrace::kinesis
