#pragma once

#include "aws/error.h"
#include "services/sqs/queue_description.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

/// Whether the queue's RedrivePolicy names a queue that exists, in the same account and region and of the
/// same kind, and lets it.
/// Errors: InvalidParameterValue in AWS's words.
[[nodiscard]] aws::Outcome<void> check_redrive(const Queues& queues, const QueueDescription& queue);

}  // namespace millrace::sqs
