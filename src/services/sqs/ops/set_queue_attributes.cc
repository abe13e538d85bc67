#include "services/sqs/ops/operations.h"
#include "services/sqs/redrive_check.h"

namespace millrace::sqs {

void set_queue_attributes(Queues& queues, const aws::RequestContext& context,
                          api::sqs::SetQueueAttributesRequest input,
                          aws::Reply<api::sqs::SetQueueAttributes> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    QueueDescription description = (*queue)->description();
    if (auto set = description.attributes.set(input.attributes); !set) {
        return reply(std::unexpected(std::move(set.error())));
    }
    if (input.attributes.contains("RedrivePolicy")) {
        if (auto checked = check_redrive(queues, description); !checked) {
            return reply(std::unexpected(std::move(checked.error())));
        }
    }
    queues.update(*queue, std::move(description), [reply = std::move(reply)](Result<> updated) mutable {
        if (!updated) return reply(std::unexpected(aws::to_service_error(updated.error())));
        reply({});
    });
}

}  // namespace millrace::sqs
