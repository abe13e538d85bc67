#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/context.h"

namespace millrace::sqs {

/// Letters, digits, '-' and '_', at most 80; of these the last five may be ".fifo".
[[nodiscard]] bool is_queue_name(std::string_view name);
/// Does a queue's name say that it is a FIFO queue? They all do, and no others.
[[nodiscard]] bool is_fifo_name(std::string_view name);

/// "arn:aws:sqs:<region>:<account>:<name>"
[[nodiscard]] std::string queue_arn(const aws::Scope& scope, std::string_view name);

/// "<base>/<account>/<name>"
[[nodiscard]] std::string queue_url(const aws::RequestContext& context, const aws::Scope& scope,
                                    std::string_view name);

/// The queue that a URL or ARN names.
struct QueueAddress {
    aws::Scope scope;
    std::string name;
    friend bool operator==(const QueueAddress&, const QueueAddress&) = default;
};

/// Only the last two segments of the path count, so that any host name leads here and AWS's older URLs do
/// too. A bare name means the caller's own queue. Empty for what names no queue.
[[nodiscard]] std::optional<QueueAddress> parse_queue_url(const aws::Scope& caller, std::string_view url);
[[nodiscard]] std::optional<QueueAddress> parse_queue_arn(std::string_view arn);

}  // namespace millrace::sqs
