#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

struct QueueListRequest {
    std::string_view prefix;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> max_results;
};

/// A page of queue URLs. There is a token for the next page only when a page size was asked for and more
/// remain, as on AWS.
struct QueueListPage {
    std::vector<std::string> urls;
    std::optional<std::string> next_token;
};

/// The caller's queues that the filter accepts, in name order. Errors: InvalidParameterValue.
[[nodiscard]] aws::Outcome<QueueListPage> list_page(const Queues& queues, const aws::RequestContext& context,
                                                    const QueueListRequest& request,
                                                    const std::function<bool(const Queue&)>& filter);

}  // namespace millrace::sqs
