#include "services/sqs/batch.h"
#include "services/sqs/errors.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/receipt_handle.h"

namespace millrace::sqs {

void delete_message_batch(Queues& queues, const aws::RequestContext& context,
                          api::sqs::DeleteMessageBatchRequest input,
                          aws::Reply<api::sqs::DeleteMessageBatch> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    if (auto checked = check_batch(input.entries, "DeleteMessageBatchRequestEntry"); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    api::sqs::DeleteMessageBatchResult result;
    std::vector<MessageNumber> messages;
    for (auto& entry : input.entries) {
        const auto handle = parse_receipt_handle(entry.receipt_handle);
        if (!handle || handle->log != (*queue)->description().log) {
            const auto error = malformed_receipt_handle(entry.receipt_handle);
            append_entry(result.failed, failed_entry(std::move(entry.id), error));
            continue;
        }
        if ((*queue)->has_expired(handle->message, handle->nonce)) {
            const auto error = api::sqs::receipt_handle_is_invalid("The receipt handle has expired");
            append_entry(result.failed, failed_entry(std::move(entry.id), error));
            continue;
        }
        messages.push_back(handle->message);
        append_entry(result.successful, api::sqs::DeleteMessageBatchResultEntry{std::move(entry.id)});
    }
    (*queue)->remove(std::move(messages),
                     [result = std::move(result), reply = std::move(reply)](Result<> removed) mutable {
                         if (!removed) return reply(std::unexpected(aws::to_service_error(removed.error())));
                         reply(std::move(result));
                     });
}

}  // namespace millrace::sqs
