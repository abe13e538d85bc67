#include <algorithm>

#include "services/sqs/errors.h"
#include "services/sqs/move_task_requests.h"
#include "services/sqs/ops/operations.h"

namespace millrace::sqs {

void cancel_message_move_task(Queues& queues, const aws::RequestContext& context,
                              api::sqs::CancelMessageMoveTaskRequest input,
                              aws::Reply<api::sqs::CancelMessageMoveTask> reply) {
    const auto handle = parse_task_handle(input.task_handle);
    if (!handle) {
        return reply(std::unexpected(invalid_parameter("Value for parameter TaskHandle is invalid.")));
    }
    const auto source = queue_of_arn(queues, context, handle->source_arn, "SourceArn");
    if (!source) return reply(std::unexpected(source.error()));
    const auto tasks = queues.move_tasks().list(**source);
    const auto task =
        std::ranges::find_if(tasks, [&](const MoveTask& one) { return one.id == handle->task_id; });
    if (task == tasks.end()) {
        return reply(std::unexpected(api::sqs::resource_not_found_exception("Task does not exist.")));
    }
    if (task->status != MoveTask::Status::kRunning) {
        return reply(std::unexpected(api::sqs::unsupported_operation("Only active tasks can be cancelled.")));
    }
    queues.move_tasks().cancel(**source, [&queues, source = *source, id = task->id,
                                          reply = std::move(reply)](Result<> cancelled) mutable {
        if (!cancelled) return reply(std::unexpected(aws::to_service_error(cancelled.error())));
        api::sqs::CancelMessageMoveTaskResult result{.approximate_number_of_messages_moved = 0};
        for (const MoveTask& one : queues.move_tasks().list(*source)) {
            if (one.id != id) continue;
            result.approximate_number_of_messages_moved = static_cast<std::int64_t>(one.moved);
        }
        reply(result);
    });
}

}  // namespace millrace::sqs
