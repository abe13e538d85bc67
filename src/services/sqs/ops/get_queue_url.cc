#include "services/sqs/errors.h"
#include "services/sqs/ops/operations.h"

namespace millrace::sqs {

void get_queue_url(Queues& queues, const aws::RequestContext& context, api::sqs::GetQueueUrlRequest input,
                   aws::Reply<api::sqs::GetQueueUrl> reply) {
    const aws::Scope scope{input.queue_owner_aws_account_id.value_or(context.scope.account),
                           context.scope.region};
    if (!queues.find(scope, input.queue_name)) return reply(std::unexpected(no_such_queue()));
    reply(api::sqs::GetQueueUrlResult{queue_url(context, scope, input.queue_name)});
}

}  // namespace millrace::sqs
