#include "services/sqs/outgoing_message.h"

#include <fmt/format.h>

#include "codec/md5.h"
#include "services/sqs/attribute_rules.h"
#include "services/sqs/characters.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/message_attributes.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kTraceHeader = "AWSTraceHeader";

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
        if (value.data_type != "String" || header.empty() || header.size() > kTraceHeaderBytesMax ||
            !has_only_allowed_characters(header)) {
            return std::unexpected(invalid_parameter(
                fmt::format("Message system attribute {} must be a non-empty String of at most {} bytes.",
                            kTraceHeader, kTraceHeaderBytesMax)));
        }
    }
    return header;
}

aws::Outcome<void> check_body(const MessageDraft& draft, const QueueAttributes& queue) {
    if (draft.body.empty()) return std::unexpected(missing_parameter("MessageBody"));
    if (draft.bytes() > queue.message_bytes_max()) {
        return std::unexpected(invalid_parameter(
            fmt::format("One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
                        queue.message_bytes_max())));
    }
    if (!has_only_allowed_characters(draft.body)) {
        return std::unexpected(
            api::sqs::invalid_message_contents("Invalid characters found. Valid unicode characters are #x9 | "
                                               "#xA | #xD | #x20 to #xD7FF | #xE000 to "
                                               "#xFFFD | #x10000 to #x10FFFF"));
    }
    return {};
}

aws::Outcome<void> check_parameters(const MessageDraft& draft) {
    if (draft.delay_seconds && (*draft.delay_seconds < 0 || *draft.delay_seconds > kDelayMax.count())) {
        return std::unexpected(
            invalid_parameter(std::to_string(*draft.delay_seconds), "DelaySeconds",
                              fmt::format("DelaySeconds must be >= 0 and <= {}.", kDelayMax.count())));
    }
    if (draft.deduplication_id) {
        return std::unexpected(
            invalid_parameter(*draft.deduplication_id, "MessageDeduplicationId",
                              "The request include parameter that is not valid for this queue type."));
    }
    if (draft.group_id && !is_group_id(*draft.group_id)) {
        return std::unexpected(invalid_parameter(
            *draft.group_id, "MessageGroupId",
            "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length."));
    }
    return {};
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

aws::Outcome<PreparedMessage> prepare_message(const Dependencies& dependencies,
                                              const aws::RequestContext& context,
                                              const QueueDescription& queue, MessageDraft draft,
                                              OutgoingMessages& outgoing) {
    if (auto checked = check_body(draft, queue.attributes); !checked)
        return std::unexpected(std::move(checked.error()));
    if (auto checked = check_parameters(draft); !checked) return std::unexpected(std::move(checked.error()));
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
    const OutgoingMessages::Times times{
        .sent = dependencies.clock.now(),
        .delay = draft.delay_seconds ? Seconds{*draft.delay_seconds} : queue.attributes.delay()};
    append_record(
        outgoing.entries.bytes(),
        SendRecord{.message_id = message.message_id,
                   .sent = times.sent,
                   .delay = times.delay,
                   .sender_id = context.access_key.empty() ? context.scope.account : context.access_key,
                   .body_md5 = message.body_md5,
                   .trace_header = *header,
                   .group_id = draft.group_id ? std::string_view(*draft.group_id) : std::string_view(),
                   .dead_letter_source = {},
                   .attributes = encoded_attributes,
                   .body = draft.body});
    outgoing.entries.end_entry(queue.log, times.sent);
    outgoing.times.push_back(times);
    return message;
}

}  // namespace millrace::sqs
