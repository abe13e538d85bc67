#include "services/sqs/ops/operations.h"
#include "services/sqs/permissions.h"

namespace millrace::sqs {

void add_permission(Queues& queues, const aws::RequestContext& context, api::sqs::AddPermissionRequest input,
                    aws::Reply<api::sqs::AddPermission> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    QueueDescription description = (*queue)->description();
    const auto policy = policy_with(description, {.label = std::move(input.label),
                                                  .accounts = std::move(input.aws_account_ids),
                                                  .actions = std::move(input.actions)});
    if (!policy) return reply(std::unexpected(policy.error()));
    if (auto set = description.attributes.set("Policy", *policy); !set) {
        return reply(std::unexpected(std::move(set.error())));
    }
    queues.update(*queue, std::move(description), [reply = std::move(reply)](Result<> updated) mutable {
        if (!updated) return reply(std::unexpected(aws::to_service_error(updated.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
