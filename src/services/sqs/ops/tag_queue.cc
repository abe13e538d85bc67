#include "services/sqs/ops/operations.h"
#include "services/sqs/tags.h"

namespace millrace::sqs {

void tag_queue(Queues& queues, const aws::RequestContext& context, api::sqs::TagQueueRequest input,
               aws::Reply<api::sqs::TagQueue> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    QueueDescription description = (*queue)->description();
    if (auto tagged = add_tags(description, std::move(input.tags)); !tagged) {
        return reply(std::unexpected(std::move(tagged.error())));
    }
    queues.update(*queue, std::move(description), [reply = std::move(reply)](Result<> updated) mutable {
        if (!updated) return reply(std::unexpected(aws::to_service_error(updated.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
