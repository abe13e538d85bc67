#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void get_resource_policy(Streams& streams, const aws::RequestContext& context,
                         api::kinesis::GetResourcePolicyInput input,
                         aws::Reply<api::kinesis::GetResourcePolicy> reply) {
    const auto stream = resolve(streams.state(), context.scope, resource_of(input));
    if (!stream) return reply(std::unexpected(stream.error()));
    reply(api::kinesis::GetResourcePolicyOutput{.policy = (*stream)->options.policy.value_or("{}")});
}

}  // namespace millrace::kinesis
