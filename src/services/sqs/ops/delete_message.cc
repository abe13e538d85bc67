#include "services/sqs/errors.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/receipt_handle.h"

namespace millrace::sqs {

void delete_message(Queues& queues, const aws::RequestContext& context, api::sqs::DeleteMessageRequest input,
                    aws::Reply<api::sqs::DeleteMessage> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    const auto handle = parse_receipt_handle(input.receipt_handle);
    if (!handle || handle->log != (*queue)->description().log) {
        return reply(std::unexpected(malformed_receipt_handle(input.receipt_handle)));
    }
    if ((*queue)->has_expired(handle->message, handle->nonce)) {
        return reply(std::unexpected(expired_receipt_handle(input.receipt_handle)));
    }
    (*queue)->remove({handle->message}, [reply = std::move(reply)](Result<> removed) mutable {
        if (!removed) return reply(std::unexpected(aws::to_service_error(removed.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
