#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/resource.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/resource_policy.h"

namespace millrace::kinesis {

void put_resource_policy(Streams& streams, const aws::RequestContext& context,
                         api::kinesis::PutResourcePolicyInput input,
                         aws::Reply<api::kinesis::PutResourcePolicy> reply) {
    if (auto checked = check_policy(input.policy); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    change_resource(
        streams, context.scope, resource_target_of(input),
        [&](const ResourceSettings& resource) -> aws::Outcome<void> {
            resource.policy = std::move(input.policy);
            return {};
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
