#include <fmt/format.h>

#include "services/sqs/batch.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/outgoing_message.h"

namespace millrace::sqs {

void send_message_batch(Queues& queues, const aws::RequestContext& context,
                        api::sqs::SendMessageBatchRequest input,
                        aws::Reply<api::sqs::SendMessageBatch> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    if (auto checked = check_batch(input.entries, "SendMessageBatchRequestEntry"); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    std::vector<std::string> ids;
    std::vector<MessageDraft> drafts;
    std::size_t bytes = 0;
    for (auto& entry : input.entries) {
        ids.push_back(std::move(entry.id));
        drafts.push_back(MessageDraft::from(std::move(entry)));
        drafts.back().place_in_batch = drafts.size();
        bytes += drafts.back().bytes();
        // On AWS these fail the whole batch, and both with one code.
        if (auto checked = check_fifo_ids(drafts.back(), (*queue)->attributes()); !checked) {
            return reply(std::unexpected(invalid_parameter(checked.error().message)));
        }
    }
    if (bytes > kBatchBytesMax) {
        return reply(std::unexpected(api::sqs::batch_request_too_long(
            fmt::format("Batch requests cannot be longer than {} bytes. You have sent {} bytes.",
                        kBatchBytesMax, bytes))));
    }

    api::sqs::SendMessageBatchResult result;
    OutgoingMessages outgoing{.entries = {drafts.size(), bytes + drafts.size() * kRecordOverheadBytes},
                              .messages = {}};
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        auto message = prepare_message(queues.dependencies(), context, (*queue)->description(),
                                       std::move(drafts[i]), outgoing);
        if (!message) {
            append_entry(result.failed, failed_entry(std::move(ids[i]), message.error()));
            continue;
        }
        api::sqs::SendMessageBatchResultEntry sent{.id = std::move(ids[i]),
                                                   .message_id = std::move(message->message_id),
                                                   .md5_of_message_body = std::move(message->body_md5)};
        if (!message->attributes_md5.empty())
            sent.md5_of_message_attributes = std::move(message->attributes_md5);
        if (!message->system_attributes_md5.empty()) {
            sent.md5_of_message_system_attributes = std::move(message->system_attributes_md5);
        }
        append_entry(result.successful, std::move(sent));
    }
    if (outgoing.entries.empty()) return reply(std::move(result));
    (*queue)->send(std::move(outgoing), [result = std::move(result), reply = std::move(reply)](
                                            Result<std::vector<SentMessage>> sent) mutable {
        if (!sent) return reply(std::unexpected(aws::to_service_error(sent.error())));
        for (std::size_t i = 0; i < sent->size(); ++i) {
            auto& entry = (*result.successful)[i];
            entry.message_id = std::move((*sent)[i].message_id);
            entry.sequence_number = sequence_number((*sent)[i].number);
        }
        reply(std::move(result));
    });
}

}  // namespace millrace::sqs
