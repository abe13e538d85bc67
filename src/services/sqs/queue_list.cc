#include "services/sqs/queue_list.h"

#include <fmt/format.h>

#include "codec/base64.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {

aws::Outcome<QueueListPage> list_page(const Queues& queues, const aws::RequestContext& context,
                                      const QueueListRequest& request,
                                      const std::function<bool(const Queue&)>& filter) {
    if (request.max_results &&
        (*request.max_results < 1 || *request.max_results > std::int32_t{kListResultsMax})) {
        return std::unexpected(invalid_parameter(
            std::to_string(*request.max_results), "MaxResults",
            fmt::format("MaxResults must be an integer between 1 and {}.", kListResultsMax)));
    }
    std::string after;
    if (request.next_token) {
        auto decoded = codec::base64_decode(*request.next_token, codec::Base64Alphabet::kUrlSafe);
        if (!decoded || !is_queue_name(*decoded)) {
            return std::unexpected(
                invalid_parameter(*request.next_token, "NextToken", "Invalid pagination token."));
        }
        after = std::move(*decoded);
    }
    const std::size_t limit =
        request.max_results ? static_cast<std::size_t>(*request.max_results) : kListResultsMax;
    QueueListPage page;
    std::string last;
    queues.visit(context.scope, request.prefix, after, [&](const Queue& queue) {
        if (!filter(queue)) return true;
        if (page.urls.size() == limit) {
            if (request.max_results)
                page.next_token = codec::base64_encode(last, codec::Base64Alphabet::kUrlSafe);
            return false;
        }
        last = queue.description().name;
        page.urls.push_back(queue_url(context, queue.description().scope, last));
        return true;
    });
    return page;
}

}  // namespace millrace::sqs
