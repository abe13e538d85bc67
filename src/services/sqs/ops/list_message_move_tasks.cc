#include <fmt/format.h>

#include "services/sqs/errors.h"
#include "services/sqs/move_task_requests.h"
#include "services/sqs/ops/operations.h"

namespace millrace::sqs {
namespace {

api::sqs::ListMessageMoveTasksResultEntry entry_of(const std::string& source_arn, const MoveTask& task) {
    api::sqs::ListMessageMoveTasksResultEntry entry{
        .status = std::string(status_text(task.status)),
        .source_arn = source_arn,
        .max_number_of_messages_per_second = task.rate,
        .approximate_number_of_messages_moved = static_cast<std::int64_t>(task.moved),
        .approximate_number_of_messages_to_move = static_cast<std::int64_t>(task.to_move),
        .started_timestamp = to_millis(task.started)};
    if (task.status == MoveTask::Status::kRunning) {
        entry.task_handle = encode_task_handle({task.id, source_arn});
    }
    if (!task.destination_arn.empty()) entry.destination_arn = task.destination_arn;
    if (!task.failure.empty()) entry.failure_reason = task.failure;
    return entry;
}

}  // namespace

void list_message_move_tasks(Queues& queues, const aws::RequestContext& context,
                             api::sqs::ListMessageMoveTasksRequest input,
                             aws::Reply<api::sqs::ListMessageMoveTasks> reply) {
    const auto source = queue_of_arn(queues, context, input.source_arn, "SourceArn");
    if (!source) return reply(std::unexpected(source.error()));
    const std::int32_t limit = input.max_results.value_or(1);
    if (limit < 1 || limit > std::int32_t{MoveTasks::kKept}) {
        return reply(std::unexpected(
            invalid_parameter(std::to_string(limit), "MaxResults",
                              fmt::format("Value must be between 1 and {}.", MoveTasks::kKept))));
    }
    api::sqs::ListMessageMoveTasksResult result;
    auto& entries = result.results.emplace();
    for (const MoveTask& task : queues.move_tasks().list(**source)) {
        if (entries.size() == static_cast<std::size_t>(limit)) break;
        entries.push_back(entry_of(input.source_arn, task));
    }
    reply(std::move(result));
}

}  // namespace millrace::sqs
