#include <algorithm>

#include "services/sqs/errors.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/or_empty.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kReadOnly[] = {
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
};
std::string seconds_text(WallTime time) {
    return std::to_string(to_millis(time) / 1000);
}

/// The state is that of one moment: a message whose timeout ends meanwhile is counted, and once.
std::optional<std::string> value_of(const QueueDescription& description, const QueueState& state,
                                    std::string_view name) {
    if (name == "ApproximateNumberOfMessages") return std::to_string(state.ready());
    if (name == "ApproximateNumberOfMessagesDelayed") return std::to_string(state.delayed());
    if (name == "ApproximateNumberOfMessagesNotVisible") return std::to_string(state.in_flight());
    if (name == "CreatedTimestamp") return seconds_text(description.created);
    if (name == "LastModifiedTimestamp") return seconds_text(description.modified);
    if (name == "QueueArn") return description.arn();
    return description.attributes.get(name);
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

void get_queue_attributes(Queues& queues, const aws::RequestContext& context,
                          api::sqs::GetQueueAttributesRequest input,
                          aws::Reply<api::sqs::GetQueueAttributes> reply) {
    const auto queue = queues.resolve(context, input.queue_url);
    if (!queue) return reply(std::unexpected(queue.error()));

    std::map<std::string, std::string> attributes;
    const QueueState& state = (*queue)->state();
    const auto add = [&](std::string_view name) {
        if (auto value = value_of((*queue)->description(), state, name))
            attributes.insert_or_assign(std::string(name), std::move(*value));
    };
    for (const std::string& name : or_empty(std::move(input.attribute_names))) {
        if (name == "All") {
            std::ranges::for_each(kReadOnly, add);
            std::ranges::for_each(QueueAttributes::names(), add);
        } else if (is_one_of(kReadOnly, name) || is_one_of(QueueAttributes::names(), name)) {
            add(name);
        } else {
            return reply(std::unexpected(unknown_attribute(name)));
        }
    }
    api::sqs::GetQueueAttributesResult result;
    if (!attributes.empty()) result.attributes = std::move(attributes);
    reply(std::move(result));
}

}  // namespace millrace::sqs
