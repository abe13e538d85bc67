#include "services/sqs/message_queues.h"

#include <fmt/format.h>

#include "services/sqs/ops/operations.h"

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

}  // namespace

bool MessageQueues::exists(const std::string& queue_arn) const {
    return queues_.find_arn(queue_arn) != nullptr;
}

void MessageQueues::send(const std::string& queue_arn, std::string body,
                         std::move_only_function<void(Result<>)> done) {
    const std::shared_ptr<Queue> queue = queues_.find_arn(queue_arn);
    if (!queue) return done(no_queue(queue_arn));
    send_message(queues_, context_of(*queue, queues_.dependencies()),
                 {.queue_url = url_of(*queue), .message_body = std::move(body)},
                 [done = std::move(done)](const aws::Outcome<api::sqs::SendMessageResult>& sent) mutable {
                     if (!sent) return done(fail(ErrorCode::kInvalidArgument, sent.error().message));
                     done({});
                 });
}

}  // namespace millrace::sqs
