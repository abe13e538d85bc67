#pragma once

#include "api/sqs.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

// One function an operation, each in the file of its name: validate, decide, append, reply. What changes
// state answers when the change is durable.

template <class Op>
using Input = typename Op::Input;

void create_queue(Queues& queues, const aws::RequestContext& context, Input<api::sqs::CreateQueue> input,
                  aws::Reply<api::sqs::CreateQueue> reply);
void delete_queue(Queues& queues, const aws::RequestContext& context, Input<api::sqs::DeleteQueue> input,
                  aws::Reply<api::sqs::DeleteQueue> reply);
void get_queue_url(Queues& queues, const aws::RequestContext& context, Input<api::sqs::GetQueueUrl> input,
                   aws::Reply<api::sqs::GetQueueUrl> reply);
void list_queues(Queues& queues, const aws::RequestContext& context, Input<api::sqs::ListQueues> input,
                 aws::Reply<api::sqs::ListQueues> reply);
void get_queue_attributes(Queues& queues, const aws::RequestContext& context,
                          Input<api::sqs::GetQueueAttributes> input,
                          aws::Reply<api::sqs::GetQueueAttributes> reply);
void set_queue_attributes(Queues& queues, const aws::RequestContext& context,
                          Input<api::sqs::SetQueueAttributes> input,
                          aws::Reply<api::sqs::SetQueueAttributes> reply);
void send_message(Queues& queues, const aws::RequestContext& context, Input<api::sqs::SendMessage> input,
                  aws::Reply<api::sqs::SendMessage> reply);
void send_message_batch(Queues& queues, const aws::RequestContext& context,
                        Input<api::sqs::SendMessageBatch> input,
                        aws::Reply<api::sqs::SendMessageBatch> reply);
void receive_message(Queues& queues, const aws::RequestContext& context,
                     Input<api::sqs::ReceiveMessage> input, aws::Reply<api::sqs::ReceiveMessage> reply);
void delete_message(Queues& queues, const aws::RequestContext& context, Input<api::sqs::DeleteMessage> input,
                    aws::Reply<api::sqs::DeleteMessage> reply);
void delete_message_batch(Queues& queues, const aws::RequestContext& context,
                          Input<api::sqs::DeleteMessageBatch> input,
                          aws::Reply<api::sqs::DeleteMessageBatch> reply);
void change_message_visibility(Queues& queues, const aws::RequestContext& context,
                               Input<api::sqs::ChangeMessageVisibility> input,
                               aws::Reply<api::sqs::ChangeMessageVisibility> reply);
void change_message_visibility_batch(Queues& queues, const aws::RequestContext& context,
                                     Input<api::sqs::ChangeMessageVisibilityBatch> input,
                                     aws::Reply<api::sqs::ChangeMessageVisibilityBatch> reply);
void purge_queue(Queues& queues, const aws::RequestContext& context, Input<api::sqs::PurgeQueue> input,
                 aws::Reply<api::sqs::PurgeQueue> reply);
void tag_queue(Queues& queues, const aws::RequestContext& context, Input<api::sqs::TagQueue> input,
               aws::Reply<api::sqs::TagQueue> reply);
void untag_queue(Queues& queues, const aws::RequestContext& context, Input<api::sqs::UntagQueue> input,
                 aws::Reply<api::sqs::UntagQueue> reply);
void list_queue_tags(Queues& queues, const aws::RequestContext& context, Input<api::sqs::ListQueueTags> input,
                     aws::Reply<api::sqs::ListQueueTags> reply);
void list_dead_letter_source_queues(Queues& queues, const aws::RequestContext& context,
                                    Input<api::sqs::ListDeadLetterSourceQueues> input,
                                    aws::Reply<api::sqs::ListDeadLetterSourceQueues> reply);
void add_permission(Queues& queues, const aws::RequestContext& context, Input<api::sqs::AddPermission> input,
                    aws::Reply<api::sqs::AddPermission> reply);
void remove_permission(Queues& queues, const aws::RequestContext& context,
                       Input<api::sqs::RemovePermission> input, aws::Reply<api::sqs::RemovePermission> reply);
void start_message_move_task(Queues& queues, const aws::RequestContext& context,
                             Input<api::sqs::StartMessageMoveTask> input,
                             aws::Reply<api::sqs::StartMessageMoveTask> reply);
void cancel_message_move_task(Queues& queues, const aws::RequestContext& context,
                              Input<api::sqs::CancelMessageMoveTask> input,
                              aws::Reply<api::sqs::CancelMessageMoveTask> reply);
void list_message_move_tasks(Queues& queues, const aws::RequestContext& context,
                             Input<api::sqs::ListMessageMoveTasks> input,
                             aws::Reply<api::sqs::ListMessageMoveTasks> reply);

}  // namespace millrace::sqs
