#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "api/sqs.h"
#include "aws/context.h"
#include "services/sqs/dependencies.h"
#include "services/sqs/or_empty.h"
#include "services/sqs/queue.h"
#include "services/sqs/record.h"

namespace millrace::sqs {

/// What SendMessage and an entry of SendMessageBatch say of a message.
struct MessageDraft {
    std::string body;
    std::optional<std::int32_t> delay_seconds;
    std::map<std::string, api::sqs::MessageAttributeValue> attributes;
    std::map<std::string, api::sqs::MessageSystemAttributeValue> system_attributes;
    std::optional<std::string> deduplication_id;
    std::optional<std::string> group_id;
    std::size_t place_in_batch = 0;  ///< from 1 on; 0: a message of its own
    std::string request_trace = {};  ///< the request's own, where the message names no trace

    template <class Input>
    [[nodiscard]] static MessageDraft from(Input&& input) {
        return {.body = std::move(input.message_body),
                .delay_seconds = input.delay_seconds,
                .attributes = or_empty(std::move(input.message_attributes)),
                .system_attributes = or_empty(std::move(input.message_system_attributes)),
                .deduplication_id = std::move(input.message_deduplication_id),
                .group_id = std::move(input.message_group_id)};
    }

    /// What counts against the limits: the body, and names, types and values of the attributes.
    [[nodiscard]] std::size_t bytes() const;
};

/// What a message's sender is told.
struct PreparedMessage {
    std::string message_id;
    std::string body_md5;
    std::string attributes_md5;         ///< empty without attributes
    std::string system_attributes_md5;  ///< likewise
};

/// What a message to a FIFO queue must name: a group, and an id for deduplication unless the queue makes one
/// of the body. For a standard queue nothing. Errors: MissingParameter, InvalidParameterValue.
[[nodiscard]] aws::Outcome<void> check_fifo_ids(const MessageDraft& draft, const QueueAttributes& queue);

/// Checks a draft as AWS does, and adds the message to those that go out. Errors: InvalidMessageContents,
/// InvalidParameterValue, MissingParameter, UnsupportedOperation. check_fifo_ids() comes first.
[[nodiscard]] aws::Outcome<PreparedMessage> prepare_message(const Dependencies& dependencies,
                                                            const aws::RequestContext& context,
                                                            const QueueDescription& queue, MessageDraft draft,
                                                            OutgoingMessages& outgoing);

}  // namespace millrace::sqs
