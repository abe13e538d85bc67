#include "services/sqs/ops/operations.h"
#include "services/sqs/visibility_change.h"

namespace millrace::sqs {

void change_message_visibility(Queues& queues, const aws::RequestContext& context,
                               api::sqs::ChangeMessageVisibilityRequest input,
                               aws::Reply<api::sqs::ChangeMessageVisibility> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    std::vector<MessageNumber> changed;
    auto checked = change_visibility(**queue, input.receipt_handle, input.visibility_timeout, changed);
    if (!checked) return reply(std::unexpected(std::move(checked.error())));
    (*queue)->write_receives(changed, [reply = std::move(reply)](Result<> written) mutable {
        if (!written) return reply(std::unexpected(aws::to_service_error(written.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
