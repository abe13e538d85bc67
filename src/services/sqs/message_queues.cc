#include "services/sqs/message_queues.h"

#include <algorithm>
#include <fmt/format.h>

#include "services/sqs/limits.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/or_empty.h"

namespace millrace::sqs {
namespace {

/// The owner of the queue is the caller.
aws::RequestContext context_of(const Queue& queue, const Dependencies& dependencies) {
    return {.scope = queue.description().scope, .received = dependencies.clock.now()};
}

/// Operations look at account and name only.
std::string url_of(const Queue& queue) {
    return fmt::format("http://localhost/{}/{}", queue.description().scope.account, queue.description().name);
}

std::unexpected<Error> no_queue(const std::string& arn) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no queue {}", arn));
}

ports::QueueMessage message_of(api::sqs::Message& from) {
    ports::QueueMessage message{.message_id = from.message_id.value_or(""),
                                .receipt_handle = from.receipt_handle.value_or(""),
                                .body = std::move(from.body).value_or(""),
                                .md5_of_body = from.md5_of_body.value_or(""),
                                .md5_of_attributes = from.md5_of_message_attributes.value_or(""),
                                .system_attributes = or_empty(std::move(from.attributes))};
    for (auto& [name, value] : or_empty(std::move(from.message_attributes))) {
        message.attributes.emplace(name,
                                   ports::QueueMessage::Attribute{.data_type = value.data_type,
                                                                  .text = std::move(value.string_value),
                                                                  .bytes = std::move(value.binary_value)});
    }
    return message;
}

}  // namespace

std::optional<ports::QueueTraits> MessageQueues::find(const std::string& queue_arn) const {
    const std::shared_ptr<Queue> queue = queues_.find_arn(queue_arn);
    if (!queue) return std::nullopt;
    return ports::QueueTraits{.fifo = queue_arn.ends_with(".fifo"),
                              .visibility_timeout = queue->attributes().visibility_timeout()};
}

void MessageQueues::send(const std::string& queue_arn, std::string body, Attributes attributes,
                         std::move_only_function<void(Result<>)> done) {
    const std::shared_ptr<Queue> queue = queues_.find_arn(queue_arn);
    if (!queue) return done(no_queue(queue_arn));
    api::sqs::SendMessageRequest request{.queue_url = url_of(*queue), .message_body = std::move(body)};
    for (auto& [name, attribute] : attributes) {
        if (!request.message_attributes) request.message_attributes.emplace();
        request.message_attributes->emplace(
            name, api::sqs::MessageAttributeValue{.string_value = std::move(attribute.text),
                                                  .binary_value = std::move(attribute.bytes),
                                                  .data_type = std::move(attribute.data_type)});
    }
    send_message(queues_, context_of(*queue, queues_.dependencies()), std::move(request),
                 [done = std::move(done)](const aws::Outcome<api::sqs::SendMessageResult>& sent) mutable {
                     if (!sent) {
                         const bool ours = sent.error().http_status >= 500;
                         return done(fail(ours ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument,
                                          sent.error().message));
                     }
                     done({});
                 });
}

void MessageQueues::receive(const std::string& queue_arn, std::size_t limit, Seconds visibility_timeout,
                            std::move_only_function<void(Result<std::vector<ports::QueueMessage>>)> done) {
    const std::shared_ptr<Queue> queue = queues_.find_arn(queue_arn);
    if (!queue) return done(no_queue(queue_arn));
    const Seconds timeout = std::min(visibility_timeout, kVisibilityTimeoutMax);
    receive_message(queues_, context_of(*queue, queues_.dependencies()),
                    {.queue_url = url_of(*queue),
                     .message_system_attribute_names = {{"All"}},
                     .message_attribute_names = {{"All"}},
                     .max_number_of_messages = static_cast<std::int32_t>(limit),
                     .visibility_timeout = static_cast<std::int32_t>(timeout.count()),
                     .wait_time_seconds = 0},
                    [done = std::move(done)](aws::Outcome<api::sqs::ReceiveMessageResult> received) mutable {
                        if (!received) return done(fail(ErrorCode::kUnavailable, received.error().message));
                        std::vector<ports::QueueMessage> messages;
                        for (api::sqs::Message& one : or_empty(std::move(received->messages))) {
                            messages.push_back(message_of(one));
                        }
                        done(std::move(messages));
                    });
}

void MessageQueues::remove(const std::string& queue_arn, std::vector<std::string> receipt_handles,
                           std::move_only_function<void(Result<>)> done) {
    const std::shared_ptr<Queue> queue = queues_.find_arn(queue_arn);
    if (!queue) return done(no_queue(queue_arn));
    api::sqs::DeleteMessageBatchRequest request{.queue_url = url_of(*queue)};
    for (std::string& handle : receipt_handles) {
        request.entries.push_back(
            {.id = std::to_string(request.entries.size()), .receipt_handle = std::move(handle)});
    }
    delete_message_batch(
        queues_, context_of(*queue, queues_.dependencies()), std::move(request),
        [done = std::move(done)](const aws::Outcome<api::sqs::DeleteMessageBatchResult>& removed) mutable {
            if (!removed) return done(fail(ErrorCode::kUnavailable, removed.error().message));
            if (!removed->failed || removed->failed->empty()) return done({});
            const api::sqs::BatchResultErrorEntry& failed = removed->failed->front();
            done(fail(ErrorCode::kUnavailable, failed.message.value_or(failed.code)));
        });
}

std::unique_ptr<ports::QueueWatch> MessageQueues::watch(const std::string& queue_arn,
                                                        std::function<void()> wake) {
    return queues_.watch(queue_arn, std::move(wake));
}

}  // namespace millrace::sqs
