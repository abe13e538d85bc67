#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/log.h"
#include "services/sqs/attribute_rules.h"
#include "services/sqs/deduplication.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/message_attributes.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/or_empty.h"
#include "services/sqs/receipt_handle.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kSystemAttributes[] = {
    "All",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
};

/// What the consumer wants to see of each message.
struct Wanted {
    std::set<std::string> system_attributes;
    std::vector<std::string> attributes;

    [[nodiscard]] bool system(const std::string& name) const {
        return system_attributes.contains("All") || system_attributes.contains(name);
    }
};

aws::Outcome<Wanted> wanted(api::sqs::ReceiveMessageRequest& input) {
    Wanted wanted{.system_attributes = {}, .attributes = or_empty(std::move(input.message_attribute_names))};
    for (auto* names : {&input.attribute_names, &input.message_system_attribute_names}) {
        if (!*names) continue;
        for (std::string& name : **names) {
            if (std::ranges::find(kSystemAttributes, name) == std::end(kSystemAttributes)) {
                return std::unexpected(unknown_attribute(name));
            }
            wanted.system_attributes.insert(std::move(name));
        }
    }
    return wanted;
}

aws::Outcome<ReceiveOptions> options(const api::sqs::ReceiveMessageRequest& input,
                                     const QueueAttributes& queue) {
    const auto limit = input.max_number_of_messages.value_or(1);
    if (limit < 1 || limit > kReceiveMessagesMax) {
        return std::unexpected(
            invalid_parameter(std::to_string(limit), "MaxNumberOfMessages",
                              fmt::format("Must be between 1 and {}, if provided.", kReceiveMessagesMax)));
    }
    const auto check = [](std::optional<std::int32_t> value, Seconds otherwise, Seconds max,
                          std::string_view name) -> aws::Outcome<Seconds> {
        if (!value) return otherwise;
        if (*value >= 0 && *value <= max.count()) return Seconds{*value};
        return std::unexpected(invalid_parameter(
            std::to_string(*value), name, fmt::format("Must be >= 0 and <= {}, if provided.", max.count())));
    };
    const auto wait =
        check(input.wait_time_seconds, queue.receive_wait(), kReceiveWaitMax, "WaitTimeSeconds");
    if (!wait) return std::unexpected(wait.error());
    const auto timeout = check(input.visibility_timeout, queue.visibility_timeout(), kVisibilityTimeoutMax,
                               "VisibilityTimeout");
    if (!timeout) return std::unexpected(timeout.error());
    const std::string attempt = input.receive_request_attempt_id.value_or("");
    if (input.receive_request_attempt_id && queue.is_fifo()) {
        if (auto checked = check_id("ReceiveRequestAttemptId", attempt); !checked) {
            return std::unexpected(std::move(checked.error()));
        }
    }
    return ReceiveOptions{.limit = static_cast<std::size_t>(limit),
                          .visibility_timeout = *timeout,
                          .wait = *wait,
                          .attempt = queue.is_fifo() ? attempt : ""};
}

std::map<std::string, std::string> system_attributes(const Wanted& wanted, const Delivery& delivery,
                                                     const SendRecord& record) {
    std::map<std::string, std::string> attributes;
    const auto add = [&](const std::string& name, std::string_view value) {
        if (!value.empty() && wanted.system(name)) attributes.emplace(name, value);
    };
    add("SenderId", record.sender_id);
    add("SentTimestamp", std::to_string(to_millis(record.sent)));
    const EarlierReceives& earlier = record.earlier;
    const WallTime first_received = earlier.count > 0 ? earlier.first : delivery.first_received;
    add("ApproximateReceiveCount", std::to_string(earlier.count + delivery.receive_count));
    add("ApproximateFirstReceiveTimestamp", std::to_string(to_millis(first_received)));
    add("AWSTraceHeader", record.trace_header);
    add("MessageGroupId", record.group_id);
    add("MessageDeduplicationId", record.deduplication_id);
    if (!record.deduplication_id.empty()) add("SequenceNumber", sequence_number(delivery.message.number));
    add("DeadLetterQueueSourceArn", record.dead_letter_source);
    return attributes;
}

void add_attributes(api::sqs::Message& message, const Wanted& wanted, MessageAttributes attributes) {
    std::erase_if(attributes,
                  [&](const auto& entry) { return !wants_attribute(wanted.attributes, entry.first); });
    if (attributes.empty()) return;
    message.md5_of_message_attributes = attributes_md5(attributes);
    auto& shown = message.message_attributes.emplace();
    for (auto& [name, attribute] : attributes) {
        api::sqs::MessageAttributeValue value;
        (is_binary(attribute) ? value.binary_value : value.string_value) = std::move(attribute.value);
        value.data_type = std::move(attribute.data_type);
        shown.emplace(name, std::move(value));
    }
}

Result<api::sqs::Message> message_of(const Wanted& wanted, storage::LogId log,
                                     const ReceivedMessage& received) {
    const auto record = parse_record(received.entry.view());
    if (!record) return std::unexpected(record.error());
    const SendRecord* sent = content_of(*record);
    if (sent == nullptr) return fail(ErrorCode::kCorruption, "a queue's log entry is not the message it was");
    auto attributes = parse_attributes(sent->attributes);
    if (!attributes) return std::unexpected(std::move(attributes.error()));

    const Delivery& delivery = received.delivery;
    api::sqs::Message message{
        .message_id = std::string(sent->message_id),
        .receipt_handle = encode_receipt_handle({log, delivery.message.number, delivery.nonce}),
        .md5_of_body = std::string(sent->body_md5),
        .body = std::string(sent->body)};
    auto system = system_attributes(wanted, delivery, *sent);
    if (!system.empty()) message.attributes = std::move(system);
    add_attributes(message, wanted, std::move(*attributes));
    return message;
}

aws::Outcome<api::sqs::ReceiveMessageResult> result_of(const Wanted& wanted, storage::LogId log,
                                                       const std::vector<ReceivedMessage>& received) {
    api::sqs::ReceiveMessageResult result;
    if (received.empty()) return result;
    auto& messages = result.messages.emplace();
    for (const ReceivedMessage& one : received) {
        auto message = message_of(wanted, log, one);
        if (!message) return std::unexpected(aws::to_service_error(message.error()));
        messages.push_back(std::move(*message));
    }
    return result;
}

}  // namespace

void receive_message(Queues& queues, const aws::RequestContext& context,
                     api::sqs::ReceiveMessageRequest input, aws::Reply<api::sqs::ReceiveMessage> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    auto receive = options(input, (*queue)->attributes());
    if (!receive) return reply(std::unexpected(receive.error()));
    receive->client = context.client;
    auto shown = wanted(input);
    if (!shown) return reply(std::unexpected(std::move(shown.error())));

    (*queue)->receive(std::move(*receive), [wanted = std::move(*shown), log = (*queue)->description().log,
                                            reply = std::move(reply)](
                                               aws::Outcome<std::vector<ReceivedMessage>> received) mutable {
        if (!received) return reply(std::unexpected(std::move(received.error())));
        reply(result_of(wanted, log, *received));
    });
}

}  // namespace millrace::sqs
