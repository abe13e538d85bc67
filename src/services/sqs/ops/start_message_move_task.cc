#include <fmt/format.h>

#include "base/random.h"
#include "services/sqs/errors.h"
#include "services/sqs/move_task_requests.h"
#include "services/sqs/ops/operations.h"

namespace millrace::sqs {
namespace {

std::unexpected<aws::ServiceError> refuse(std::string_view message) {
    return std::unexpected(invalid_parameter(message));
}

bool is_dead_letter_queue(const Queues& queues, const Queue& queue) {
    const std::string arn = queue.description().arn();
    bool found = false;
    queues.visit(queue.description().scope, "", "", [&](const Queue& source) {
        const auto& redrive = source.attributes().redrive();
        found = redrive && redrive->target_arn == arn;
        return !found;
    });
    return found;
}

aws::Outcome<void> check_destination(const Queues& queues, const aws::RequestContext& context,
                                     const Queue& source, const std::string& arn) {
    if (arn == source.description().arn()) {
        return refuse("Source queue arn and destination queue arn cannot be the same.");
    }
    const auto destination = queue_of_arn(queues, context, arn, "DestinationArn");
    if (!destination) return std::unexpected(destination.error());
    if ((*destination)->attributes().is_fifo() != source.attributes().is_fifo()) {
        return refuse("Source queue and destination queue must be of the same type.");
    }
    return {};
}

aws::Outcome<void> check(const Queues& queues, const aws::RequestContext& context, const Queue& source,
                         const api::sqs::StartMessageMoveTaskRequest& input) {
    if (!is_dead_letter_queue(queues, source)) {
        return refuse("Source queue must be configured as a Dead Letter Queue.");
    }
    if (input.destination_arn) {
        if (auto checked = check_destination(queues, context, source, *input.destination_arn); !checked) {
            return checked;
        }
    }
    const auto& rate = input.max_number_of_messages_per_second;
    if (rate && (*rate < 1 || *rate > MoveTasks::kRateMax)) {
        return refuse(
            fmt::format("Value {} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You "
                        "must enter a value between 1 and {}.",
                        *rate, MoveTasks::kRateMax));
    }
    const auto tasks = queues.move_tasks().list(source);
    if (!tasks.empty() && is_active(tasks.front())) {
        return refuse(
            "There is already a task running. Only one active task is allowed for a source queue arn at "
            "a given time.");
    }
    return {};
}

}  // namespace

void start_message_move_task(Queues& queues, const aws::RequestContext& context,
                             api::sqs::StartMessageMoveTaskRequest input,
                             aws::Reply<api::sqs::StartMessageMoveTask> reply) {
    const auto source = queue_of_arn(queues, context, input.source_arn, "SourceArn");
    if (!source) return reply(std::unexpected(source.error()));
    if (auto checked = check(queues, context, **source, input); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    MoveTask task{.id = make_uuid(queues.dependencies().random),
                  .destination_arn = input.destination_arn.value_or(""),
                  .rate = input.max_number_of_messages_per_second,
                  .to_move = (*source)->state().ready(),
                  .started = queues.dependencies().clock.now()};
    api::sqs::StartMessageMoveTaskResult result{
        .task_handle = encode_task_handle({task.id, (*source)->description().arn()})};
    queues.move_tasks().start(
        *source, std::move(task),
        [result = std::move(result), reply = std::move(reply)](Result<> started) mutable {
            if (!started) return reply(std::unexpected(aws::to_service_error(started.error())));
            reply(std::move(result));
        });
}

}  // namespace millrace::sqs
