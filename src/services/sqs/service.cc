#include "services/sqs/service.h"

#include "services/sqs/message_queues.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/queue_resources.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

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
    Queues& queues = parts_->queues;
    registry.add<api::sqs::CreateQueue>(queues, create_queue);
    registry.add<api::sqs::DeleteQueue>(queues, delete_queue);
    registry.add<api::sqs::GetQueueUrl>(queues, get_queue_url);
    registry.add<api::sqs::ListQueues>(queues, list_queues);
    registry.add<api::sqs::GetQueueAttributes>(queues, get_queue_attributes);
    registry.add<api::sqs::SetQueueAttributes>(queues, set_queue_attributes);
    registry.add<api::sqs::SendMessage>(queues, send_message);
    registry.add<api::sqs::SendMessageBatch>(queues, send_message_batch);
    registry.add<api::sqs::ReceiveMessage>(queues, receive_message);
    registry.add<api::sqs::DeleteMessage>(queues, delete_message);
    registry.add<api::sqs::DeleteMessageBatch>(queues, delete_message_batch);
    registry.add<api::sqs::ChangeMessageVisibility>(queues, change_message_visibility);
    registry.add<api::sqs::ChangeMessageVisibilityBatch>(queues, change_message_visibility_batch);
    registry.add<api::sqs::PurgeQueue>(queues, purge_queue);
    registry.add<api::sqs::TagQueue>(queues, tag_queue);
    registry.add<api::sqs::UntagQueue>(queues, untag_queue);
    registry.add<api::sqs::ListQueueTags>(queues, list_queue_tags);
    registry.add<api::sqs::ListDeadLetterSourceQueues>(queues, list_dead_letter_source_queues);
    registry.add<api::sqs::AddPermission>(queues, add_permission);
    registry.add<api::sqs::RemovePermission>(queues, remove_permission);
    registry.add<api::sqs::StartMessageMoveTask>(queues, start_message_move_task);
    registry.add<api::sqs::CancelMessageMoveTask>(queues, cancel_message_move_task);
    registry.add<api::sqs::ListMessageMoveTasks>(queues, list_message_move_tasks);
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
