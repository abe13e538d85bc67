#include <fmt/format.h>

#include "services/sqs/limits.h"
#include "services/sqs/ops/operations.h"

namespace millrace::sqs {

void purge_queue(Queues& queues, const aws::RequestContext& context, api::sqs::PurgeQueueRequest input,
                 aws::Reply<api::sqs::PurgeQueue> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    if (!(*queue)->may_purge()) {
        return reply(std::unexpected(api::sqs::purge_queue_in_progress(
            fmt::format("Only one PurgeQueue operation on {} is allowed every {} seconds.",
                        (*queue)->description().name, kPurgeInterval.count()))));
    }
    (*queue)->purge([reply = std::move(reply)](Result<> purged) mutable {
        if (!purged) return reply(std::unexpected(aws::to_service_error(purged.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
