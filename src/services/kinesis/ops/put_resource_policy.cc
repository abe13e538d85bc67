#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/resource_policy.h"

namespace millrace::kinesis {

void put_resource_policy(Streams& streams, const aws::RequestContext& context,
                         api::kinesis::PutResourcePolicyInput input,
                         aws::Reply<api::kinesis::PutResourcePolicy> reply) {
    auto name = resolve_name(context.scope, resource_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (auto checked = check_policy(input.policy); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) -> aws::Outcome<void> {
            options.policy = std::move(input.policy);
            return {};
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
