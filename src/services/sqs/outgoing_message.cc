#include "services/sqs/outgoing_message.h"

#include <fmt/format.h>

#include "codec/md5.h"
#include "codec/sha256.h"
#include "services/sqs/attribute_rules.h"
#include "services/sqs/characters.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/message_attributes.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kTraceHeader = "AWSTraceHeader";

bool is_trace_header(std::string_view text) {
    return !text.empty() && text.size() <= kTraceHeaderBytesMax && has_only_allowed_characters(text);
}

/// The trace header, empty when there is none.
aws::Outcome<std::string> trace_header(
    const std::map<std::string, api::sqs::MessageSystemAttributeValue>& system_attributes) {
    std::string header;
    for (const auto& [name, value] : system_attributes) {
        if (name != kTraceHeader) {
            return std::unexpected(invalid_parameter(
                fmt::format("Message system attribute name '{}' is invalid. The only supported name is {}.",
                            name, kTraceHeader)));
        }
        header = value.string_value.value_or("");
        if (value.data_type != "String" || !is_trace_header(header)) {
            return std::unexpected(invalid_parameter(
                fmt::format("Message system attribute {} must be a non-empty String of at most {} bytes.",
                            kTraceHeader, kTraceHeaderBytesMax)));
        }
    }
    return header;
}

aws::Outcome<void> check_body(const MessageDraft& draft, const QueueAttributes& queue) {
    if (draft.body.empty() && draft.place_in_batch == 0)
        return std::unexpected(missing_parameter("MessageBody"));
    if (draft.body.empty()) return std::unexpected(empty_body_in_batch(draft.place_in_batch));
    if (draft.bytes() > queue.message_bytes_max()) {
        return std::unexpected(invalid_parameter(fmt::format(
            "One or more parameters {}. Reason: Message must be shorter than {} bytes.",
            draft.place_in_batch != 0 ? "cannot be validated" : "are invalid", queue.message_bytes_max())));
    }
    if (!has_only_allowed_characters(draft.body)) {
        return std::unexpected(
            api::sqs::invalid_message_contents("Invalid characters found. Valid unicode characters are #x9 | "
                                               "#xA | #xD | #x20 to #xD7FF | #xE000 to "
                                               "#xFFFD | #x10000 to #x10FFFF"));
    }
    return {};
}

std::unexpected<aws::ServiceError> not_for_this_kind(std::string_view value, std::string_view parameter) {
    return std::unexpected(invalid_parameter(
        value, parameter, "The request include parameter that is not valid for this queue type."));
}

aws::Outcome<void> check_delay(std::int32_t delay, bool fifo) {
    if (delay < 0 || delay > kDelayMax.count()) {
        return std::unexpected(
            invalid_parameter(std::to_string(delay), "DelaySeconds",
                              fmt::format("DelaySeconds must be >= 0 and <= {}.", kDelayMax.count())));
    }
    // A FIFO queue has one delay for all.
    if (fifo && delay > 0) return not_for_this_kind(std::to_string(delay), "DelaySeconds");
    return {};
}

aws::Outcome<void> check_parameters(const MessageDraft& draft, const QueueAttributes& queue) {
    if (draft.delay_seconds) {
        if (auto checked = check_delay(*draft.delay_seconds, queue.is_fifo()); !checked) return checked;
    }
    if (draft.deduplication_id) {
        if (!queue.is_fifo()) return not_for_this_kind(*draft.deduplication_id, "MessageDeduplicationId");
        if (auto checked = check_id("MessageDeduplicationId", *draft.deduplication_id); !checked)
            return checked;
    }
    return draft.group_id ? check_id("MessageGroupId", *draft.group_id) : aws::Outcome<void>();
}

/// What a FIFO queue tells messages apart by.
std::string deduplication_id(const MessageDraft& draft, const QueueAttributes& queue) {
    if (!queue.is_fifo()) return {};
    return draft.deduplication_id ? *draft.deduplication_id : codec::sha256_hex(draft.body);
}

}  // namespace

std::size_t MessageDraft::bytes() const {
    std::size_t bytes = body.size();
    for (const auto& [name, value] : attributes) {
        bytes += name.size() + value.data_type.size() +
                 (value.string_value ? value.string_value->size() : 0) +
                 (value.binary_value ? value.binary_value->size() : 0);
    }
    return bytes;
}

aws::Outcome<void> check_fifo_ids(const MessageDraft& draft, const QueueAttributes& queue) {
    if (!queue.is_fifo()) return {};
    if (!draft.group_id) return std::unexpected(missing_parameter("MessageGroupId"));
    if (!draft.deduplication_id && !queue.fifo()->content_based_deduplication) {
        return std::unexpected(
            invalid_parameter("The queue should either have ContentBasedDeduplication enabled or "
                              "MessageDeduplicationId provided explicitly"));
    }
    return {};
}

aws::Outcome<PreparedMessage> prepare_message(const Dependencies& dependencies,
                                              const aws::RequestContext& context,
                                              const QueueDescription& queue, MessageDraft draft,
                                              OutgoingMessages& outgoing) {
    if (auto checked = check_body(draft, queue.attributes); !checked)
        return std::unexpected(std::move(checked.error()));
    if (auto checked = check_parameters(draft, queue.attributes); !checked)
        return std::unexpected(std::move(checked.error()));
    auto attributes = checked_attributes(std::move(draft.attributes));
    if (!attributes) return std::unexpected(std::move(attributes.error()));
    auto header = trace_header(draft.system_attributes);
    if (!header) return std::unexpected(std::move(header.error()));

    PreparedMessage message{.message_id = make_uuid(dependencies.random),
                            .body_md5 = codec::md5_hex(draft.body),
                            .attributes_md5 = attributes_md5(*attributes),
                            .system_attributes_md5 = {}};
    if (!header->empty()) {
        message.system_attributes_md5 = attributes_md5({{std::string(kTraceHeader), {"String", *header}}});
    }
    const std::string encoded_attributes = encode_attributes(*attributes);
    OutgoingMessages::Message out{.sent = dependencies.clock.now(),
                                  .delay = draft.delay_seconds && !queue.attributes.is_fifo()
                                               ? Seconds{*draft.delay_seconds}
                                               : queue.attributes.delay(),
                                  .group_id = draft.group_id.value_or(""),
                                  .deduplication_id = deduplication_id(draft, queue.attributes),
                                  .message_id = message.message_id};
    SendRecord record = out.content();
    record.sender_id = context.access_key.empty() ? context.scope.account : context.access_key;
    record.body_md5 = message.body_md5;
    record.trace_header =
        header->empty() && is_trace_header(draft.request_trace) ? draft.request_trace : *header;
    record.attributes = encoded_attributes;
    record.body = draft.body;
    append_record(outgoing.entries.bytes(), record);
    outgoing.entries.end_entry(queue.log, out.sent);
    outgoing.messages.push_back(std::move(out));
    return message;
}

}  // namespace millrace::sqs
