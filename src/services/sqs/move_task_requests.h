#pragma once

#include <memory>
#include <string>

#include "aws/context.h"
#include "aws/error.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

/// The queue of the caller that a parameter names by ARN. Errors: ResourceNotFoundException naming the
/// parameter.
[[nodiscard]] aws::Outcome<std::shared_ptr<Queue>> queue_of_arn(const Queues& queues,
                                                                const aws::RequestContext& context,
                                                                const std::string& arn,
                                                                std::string_view parameter);

}  // namespace millrace::sqs
