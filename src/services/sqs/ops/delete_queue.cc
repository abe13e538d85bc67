#include "services/sqs/ops/operations.h"

namespace millrace::sqs {

void delete_queue(Queues& queues, const aws::RequestContext& context, api::sqs::DeleteQueueRequest input,
                  aws::Reply<api::sqs::DeleteQueue> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    queues.remove(*queue, [reply = std::move(reply)](Result<> removed) mutable {
        if (!removed) return reply(std::unexpected(aws::to_service_error(removed.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
