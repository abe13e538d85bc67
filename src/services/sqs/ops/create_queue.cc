#include <fmt/format.h>

#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/or_empty.h"
#include "services/sqs/redrive_check.h"
#include "services/sqs/tags.h"

namespace millrace::sqs {
namespace {

aws::Outcome<void> check_name(const std::string& name, bool fifo) {
    if (is_queue_name(name) && is_fifo_name(name) == fifo) return {};
    return std::unexpected(invalid_parameter(
        fifo ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
               "must end with .fifo suffix and be 1 to 80 in length."
             : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
}

/// Creating a queue again is fine as long as what is asked for is what is there.
aws::Outcome<void> check_same(const Queue& existing, const QueueAttributes& wanted,
                              const std::map<std::string, std::string>& named) {
    for (const auto& [name, value] : named) {
        const bool same = name == "RedrivePolicy" ? existing.attributes().redrive() == wanted.redrive()
                                                  : existing.attributes().get(name) == wanted.get(name);
        if (same) continue;
        return std::unexpected(api::sqs::queue_name_exists(fmt::format(
            "A queue already exists with the same name and a different value for attribute {}", name)));
    }
    return {};
}

aws::Outcome<void> check_new(const Queues& queues, const QueueDescription& description) {
    if (queues.deleted_recently(description.scope, description.name)) {
        return std::unexpected(
            api::sqs::queue_deleted_recently(fmt::format("You must wait {} seconds after deleting a queue "
                                                         "before you can create another with the same name.",
                                                         kRecreationInterval.count())));
    }
    return check_redrive(queues, description);
}

}  // namespace

void create_queue(Queues& queues, const aws::RequestContext& context, api::sqs::CreateQueueRequest input,
                  aws::Reply<api::sqs::CreateQueue> reply) {
    const auto attributes = or_empty(std::move(input.attributes));
    auto set = QueueAttributes::of_new_queue(attributes);
    if (!set) return reply(std::unexpected(std::move(set.error())));
    if (auto checked = check_name(input.queue_name, set->is_fifo()); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    QueueDescription description{.scope = context.scope, .name = std::move(input.queue_name)};
    description.attributes = std::move(*set);
    if (auto tagged = add_tags(description, or_empty(std::move(input.tags))); !tagged) {
        return reply(std::unexpected(tagged.error()));
    }

    const auto existing = queues.find(description.scope, description.name);
    if (auto checked = existing ? check_same(*existing, description.attributes, attributes)
                                : check_new(queues, description);
        !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    auto done = [result = api::sqs::CreateQueueResult{queue_url(context, context.scope, description.name)},
                 reply = std::move(reply)](Result<> created) mutable {
        if (!created) return reply(std::unexpected(aws::to_service_error(created.error())));
        reply(std::move(result));
    };
    // The existing queue may itself be on its way to the disk.
    if (existing) return queues.confirm(*existing, std::move(done));
    queues.create(std::move(description), std::move(done));
}

}  // namespace millrace::sqs
