#pragma once

#include "api/sqs.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

// One function an operation, each in the file of its name: validate, decide, append, reply. What changes
// state answers when the change is durable.

template <class Op>
using Operation = aws::OperationOn<Queues, Op>;

Operation<api::sqs::CreateQueue> create_queue;
Operation<api::sqs::DeleteQueue> delete_queue;
Operation<api::sqs::GetQueueUrl> get_queue_url;
Operation<api::sqs::ListQueues> list_queues;
Operation<api::sqs::GetQueueAttributes> get_queue_attributes;
Operation<api::sqs::SetQueueAttributes> set_queue_attributes;
Operation<api::sqs::SendMessage> send_message;
Operation<api::sqs::SendMessageBatch> send_message_batch;
Operation<api::sqs::ReceiveMessage> receive_message;
Operation<api::sqs::DeleteMessage> delete_message;
Operation<api::sqs::DeleteMessageBatch> delete_message_batch;
Operation<api::sqs::ChangeMessageVisibility> change_message_visibility;
Operation<api::sqs::ChangeMessageVisibilityBatch> change_message_visibility_batch;
Operation<api::sqs::PurgeQueue> purge_queue;
Operation<api::sqs::TagQueue> tag_queue;
Operation<api::sqs::UntagQueue> untag_queue;
Operation<api::sqs::ListQueueTags> list_queue_tags;
Operation<api::sqs::ListDeadLetterSourceQueues> list_dead_letter_source_queues;
Operation<api::sqs::AddPermission> add_permission;
Operation<api::sqs::RemovePermission> remove_permission;
Operation<api::sqs::StartMessageMoveTask> start_message_move_task;
Operation<api::sqs::CancelMessageMoveTask> cancel_message_move_task;
Operation<api::sqs::ListMessageMoveTasks> list_message_move_tasks;

}  // namespace millrace::sqs
