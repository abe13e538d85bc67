#include "services/sqs/ops/operations.h"
#include "services/sqs/queue_list.h"

namespace millrace::sqs {

void list_queues(Queues& queues, const aws::RequestContext& context, api::sqs::ListQueuesRequest input,
                 aws::Reply<api::sqs::ListQueues> reply) {
    const std::string prefix = input.queue_name_prefix.value_or("");
    auto page = list_page(
        queues, context, {.prefix = prefix, .next_token = input.next_token, .max_results = input.max_results},
        [](const Queue&) { return true; });
    if (!page) return reply(std::unexpected(std::move(page.error())));
    api::sqs::ListQueuesResult result;
    if (!page->urls.empty()) result.queue_urls = std::move(page->urls);
    result.next_token = std::move(page->next_token);
    reply(std::move(result));
}

}  // namespace millrace::sqs
