#include "services/sqs/ops/operations.h"

namespace millrace::sqs {

void untag_queue(Queues& queues, const aws::RequestContext& context, api::sqs::UntagQueueRequest input,
                 aws::Reply<api::sqs::UntagQueue> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    QueueDescription description = (*queue)->description();
    for (const std::string& key : input.tag_keys) description.tags.erase(key);
    queues.update(*queue, std::move(description), [reply = std::move(reply)](Result<> updated) mutable {
        if (!updated) return reply(std::unexpected(aws::to_service_error(updated.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
