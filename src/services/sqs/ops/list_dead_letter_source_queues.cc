#include "services/sqs/ops/operations.h"
#include "services/sqs/queue_list.h"

namespace millrace::sqs {

void list_dead_letter_source_queues(Queues& queues, const aws::RequestContext& context,
                                    api::sqs::ListDeadLetterSourceQueuesRequest input,
                                    aws::Reply<api::sqs::ListDeadLetterSourceQueues> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));
    const std::string arn = (*queue)->description().arn();
    auto page = list_page(queues, context,
                          {.prefix = {}, .next_token = input.next_token, .max_results = input.max_results},
                          [&](const Queue& source) {
                              const auto& redrive = source.attributes().redrive();
                              return redrive && redrive->target_arn == arn;
                          });
    if (!page) return reply(std::unexpected(std::move(page.error())));
    reply(api::sqs::ListDeadLetterSourceQueuesResult{.queue_urls = std::move(page->urls),
                                                     .next_token = std::move(page->next_token)});
}

}  // namespace millrace::sqs
