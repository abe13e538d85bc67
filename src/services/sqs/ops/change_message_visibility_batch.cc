#include "services/sqs/batch.h"
#include "services/sqs/errors.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/visibility_change.h"

namespace millrace::sqs {

void change_message_visibility_batch(Queues& queues, const aws::RequestContext& context,
                                     api::sqs::ChangeMessageVisibilityBatchRequest input,
                                     aws::Reply<api::sqs::ChangeMessageVisibilityBatch> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    if (auto checked = check_batch(input.entries, "ChangeMessageVisibilityBatchRequestEntry"); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    api::sqs::ChangeMessageVisibilityBatchResult result;
    std::vector<MessageNumber> messages;
    for (auto& entry : input.entries) {
        const aws::Outcome<void> changed =
            entry.visibility_timeout
                ? change_visibility(**queue, entry.receipt_handle, *entry.visibility_timeout, messages)
                : std::unexpected(missing_parameter("VisibilityTimeout"));
        if (changed) {
            append_entry(result.successful,
                         api::sqs::ChangeMessageVisibilityBatchResultEntry{std::move(entry.id)});
        } else {
            append_entry(result.failed, failed_entry(std::move(entry.id), changed.error()));
        }
    }
    (*queue)->write_receives(
        messages, [result = std::move(result), reply = std::move(reply)](Result<> written) mutable {
            if (!written) return reply(std::unexpected(aws::to_service_error(written.error())));
            reply(std::move(result));
        });
}

}  // namespace millrace::sqs
