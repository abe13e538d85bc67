#include "services/sqs/service.h"

#include "services/sqs/message_queues.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/queue_resources.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {
namespace {

template <class Op>
using Operation = void (*)(Queues&, const aws::RequestContext&, Input<Op>, aws::Reply<Op>);

template <class Op>
void add(aws::Registry& registry, Queues& queues, Operation<Op> operation) {
    registry.add<Op>(
        [&queues, operation](const aws::RequestContext& context, Input<Op> input, aws::Reply<Op> reply) {
            operation(queues, context, std::move(input), std::move(reply));
        });
}

}  // namespace

struct Service::Parts {
    explicit Parts(const Dependencies& given) : dependencies(given) {}

    Dependencies dependencies;
    Queues queues{dependencies};
    QueueResources resources{queues};
    MessageQueues port{queues};
};

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Service::~Service() {
    reset();
}

void Service::open(Dependencies dependencies, Opened opened) {
    std::unique_ptr<Service> service(new Service(std::make_unique<Parts>(dependencies)));
    Queues& queues = service->parts_->queues;
    queues.recover([service = std::move(service), opened = std::move(opened)](Result<> recovered) mutable {
        if (!recovered) return opened(std::unexpected(std::move(recovered.error())));
        opened(std::move(service));
    });
}

void Service::register_operations(aws::Registry& registry) {
    add<api::sqs::CreateQueue>(registry, parts_->queues, create_queue);
    add<api::sqs::DeleteQueue>(registry, parts_->queues, delete_queue);
    add<api::sqs::GetQueueUrl>(registry, parts_->queues, get_queue_url);
    add<api::sqs::ListQueues>(registry, parts_->queues, list_queues);
    add<api::sqs::GetQueueAttributes>(registry, parts_->queues, get_queue_attributes);
    add<api::sqs::SetQueueAttributes>(registry, parts_->queues, set_queue_attributes);
    add<api::sqs::SendMessage>(registry, parts_->queues, send_message);
    add<api::sqs::SendMessageBatch>(registry, parts_->queues, send_message_batch);
    add<api::sqs::ReceiveMessage>(registry, parts_->queues, receive_message);
    add<api::sqs::DeleteMessage>(registry, parts_->queues, delete_message);
    add<api::sqs::DeleteMessageBatch>(registry, parts_->queues, delete_message_batch);
    add<api::sqs::ChangeMessageVisibility>(registry, parts_->queues, change_message_visibility);
    add<api::sqs::ChangeMessageVisibilityBatch>(registry, parts_->queues, change_message_visibility_batch);
    add<api::sqs::PurgeQueue>(registry, parts_->queues, purge_queue);
    add<api::sqs::TagQueue>(registry, parts_->queues, tag_queue);
    add<api::sqs::UntagQueue>(registry, parts_->queues, untag_queue);
    add<api::sqs::ListQueueTags>(registry, parts_->queues, list_queue_tags);
    add<api::sqs::ListDeadLetterSourceQueues>(registry, parts_->queues, list_dead_letter_source_queues);
    add<api::sqs::AddPermission>(registry, parts_->queues, add_permission);
    add<api::sqs::RemovePermission>(registry, parts_->queues, remove_permission);
    add<api::sqs::StartMessageMoveTask>(registry, parts_->queues, start_message_move_task);
    add<api::sqs::CancelMessageMoveTask>(registry, parts_->queues, cancel_message_move_task);
    add<api::sqs::ListMessageMoveTasks>(registry, parts_->queues, list_message_move_tasks);
}

ports::ResourceProvider& Service::resource_provider() {
    return parts_->resources;
}

ports::MessageQueues& Service::message_queues() {
    return parts_->port;
}

void Service::end_waits() {
    parts_->queues.end_waits();
}

void Service::reset() {
    parts_->queues.clear();
}

}  // namespace millrace::sqs
