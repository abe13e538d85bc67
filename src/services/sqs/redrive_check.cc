#include "services/sqs/redrive_check.h"

#include "services/sqs/errors.h"

namespace millrace::sqs {

aws::Outcome<void> check_redrive(const Queues& queues, const QueueDescription& queue) {
    const auto& redrive = queue.attributes.redrive();
    if (!redrive) return {};
    const auto refuse = [&](std::string_view reason) {
        return std::unexpected(
            invalid_parameter(queue.attributes.get("RedrivePolicy").value_or(""), "RedrivePolicy", reason));
    };
    const auto address = parse_queue_arn(redrive->target_arn);
    if (!address) return refuse("Invalid value for deadLetterTargetArn.");
    if (address->scope != queue.scope) {
        return refuse("Dead-letter target owner should be same as the source.");
    }
    const auto target = queues.find(address->scope, address->name);
    if (!target) return refuse("Dead letter target does not exist.");
    if (target->attributes().is_fifo() != queue.attributes.is_fifo()) {
        return refuse("Dead-letter queue must be same type of queue as the source.");
    }
    if (!target->attributes().redrive_allow().allows(queue.arn())) {
        return refuse("The dead-letter queue's RedriveAllowPolicy does not allow this queue as a source.");
    }
    return {};
}

}  // namespace millrace::sqs
