#pragma once

#include <map>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "base/error.h"
#include "base/time.h"
#include "services/sqs/queue_attributes.h"
#include "storage/log_store.h"

namespace millrace::sqs {

/// What the catalog keeps of a queue.
struct QueueDescription {
    aws::Scope scope;
    std::string name;
    storage::LogId log{};
    WallTime created{};
    WallTime modified{};
    QueueAttributes attributes;
    std::map<std::string, std::string> tags;

    [[nodiscard]] std::string arn() const;
};

inline constexpr std::string_view kQueuesPrefix = "sqs/queues/";

/// "sqs/queues/<account>/<region>/<name>"
[[nodiscard]] std::string catalog_key(const QueueDescription& queue);

/// {"version":1,"log":7,"created":<ms>,"modified":<ms>,"attributes":{...},"tags":{...}}; scope and name are
/// the key's.
[[nodiscard]] std::string catalog_value(const QueueDescription& queue);

/// Error kCorruption for anything that the two above did not write.
[[nodiscard]] Result<QueueDescription> parse_description(std::string_view key, std::string_view value);

}  // namespace millrace::sqs
