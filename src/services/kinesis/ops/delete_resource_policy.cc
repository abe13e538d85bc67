#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/resource.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void delete_resource_policy(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::DeleteResourcePolicyInput input,
                            aws::Reply<api::kinesis::DeleteResourcePolicy> reply) {
    change_resource(
        streams, context.scope, resource_target_of(input),
        [&](const ResourceSettings& resource) -> aws::Outcome<void> {
            if (!resource.policy) return std::unexpected(policy_not_found(input.resource_arn));
            resource.policy.reset();
            return {};
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
