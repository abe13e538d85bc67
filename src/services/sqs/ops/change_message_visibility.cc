#include "services/sqs/ops/operations.h"
#include "services/sqs/visibility_change.h"

namespace millrace::sqs {

void change_message_visibility(Queues& queues, const aws::RequestContext& context,
                               api::sqs::ChangeMessageVisibilityRequest input,
                               aws::Reply<api::sqs::ChangeMessageVisibility> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    auto changed = change_visibility(**queue, input.receipt_handle, input.visibility_timeout);
    if (!changed) return reply(std::unexpected(std::move(changed.error())));
    reply({});
}

}  // namespace millrace::sqs
