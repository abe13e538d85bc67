#include "services/sqs/move_task_requests.h"

#include <fmt/format.h>

#include "api/sqs.h"

namespace millrace::sqs {

aws::Outcome<std::shared_ptr<Queue>> queue_of_arn(const Queues& queues, const aws::RequestContext& context,
                                                  const std::string& arn, std::string_view parameter) {
    auto queue = queues.find_arn(arn);
    if (queue && queue->description().scope == context.scope) return queue;
    return std::unexpected(api::sqs::resource_not_found_exception(
        fmt::format("The resource that you specified for the {} parameter doesn't exist.", parameter)));
}

}  // namespace millrace::sqs
