#include "services/sqs/ops/operations.h"

namespace millrace::sqs {

void list_queue_tags(Queues& queues, const aws::RequestContext& context, api::sqs::ListQueueTagsRequest input,
                     aws::Reply<api::sqs::ListQueueTags> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    api::sqs::ListQueueTagsResult result;
    if (!(*queue)->description().tags.empty()) result.tags = (*queue)->description().tags;
    reply(std::move(result));
}

}  // namespace millrace::sqs
