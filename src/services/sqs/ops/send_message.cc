#include "services/sqs/ops/operations.h"
#include "services/sqs/outgoing_message.h"

namespace millrace::sqs {

void send_message(Queues& queues, const aws::RequestContext& context, api::sqs::SendMessageRequest input,
                  aws::Reply<api::sqs::SendMessage> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    auto draft = MessageDraft::from(std::move(input));
    draft.request_trace = context.trace_header;
    if (auto checked = check_fifo_ids(draft, (*queue)->attributes()); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    OutgoingMessages outgoing{.entries = {1, draft.bytes() + kRecordOverheadBytes}, .messages = {}};
    auto message =
        prepare_message(queues.dependencies(), context, (*queue)->description(), std::move(draft), outgoing);
    if (!message) return reply(std::unexpected(std::move(message.error())));

    api::sqs::SendMessageResult result{.md5_of_message_body = message->body_md5,
                                       .message_id = message->message_id};
    if (!message->attributes_md5.empty()) result.md5_of_message_attributes = message->attributes_md5;
    if (!message->system_attributes_md5.empty()) {
        result.md5_of_message_system_attributes = message->system_attributes_md5;
    }
    (*queue)->send(std::move(outgoing), [result = std::move(result), reply = std::move(reply)](
                                            Result<std::vector<SentMessage>> sent) mutable {
        if (!sent) return reply(std::unexpected(aws::to_service_error(sent.error())));
        for (SentMessage& message : *sent) {
            result.message_id = std::move(message.message_id);
            result.sequence_number = sequence_number(message.number);
        }
        reply(std::move(result));
    });
}

}  // namespace millrace::sqs
