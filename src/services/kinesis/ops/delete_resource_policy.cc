#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void delete_resource_policy(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::DeleteResourcePolicyInput input,
                            aws::Reply<api::kinesis::DeleteResourcePolicy> reply) {
    auto name = resolve_name(context.scope, resource_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) -> aws::Outcome<void> {
            if (!options.policy) return std::unexpected(policy_not_found(input.resource_arn));
            options.policy.reset();
            return {};
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
