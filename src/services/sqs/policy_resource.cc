#include "services/sqs/policy_resource.h"

#include <map>
#include <memory>

#include "services/sqs/queue_properties.h"

namespace millrace::sqs {
namespace {

std::string_view queues_property(const ports::ResourceRequest& request) {
    return request.type == "AWS::SQS::QueueInlinePolicy" ? "Queue" : "Queues";
}

/// The new descriptions of queues, one of each.
using Changes = std::map<std::shared_ptr<Queue>, QueueDescription>;

aws::Outcome<void> set_policy(Changes& changes, const std::shared_ptr<Queue>& queue,
                              const std::string& document) {
    QueueDescription description = queue->description();
    if (auto set = description.attributes.set("Policy", document); !set) return set;
    changes.insert_or_assign(queue, std::move(description));
    return {};
}

/// Clears the policy of the queues that the properties name; what they name wrongly does not count.
void clear_policies(const Queues& queues, const ports::ResourceRequest& request,
                    const boost::json::object& properties, Changes& changes) {
    const auto parsed = parse_policy_properties(properties, queues_property(request));
    if (!parsed) return;
    for (const std::string& url : parsed->queue_urls) {
        const auto queue = queues.resolve(request.context, url);
        if (queue && !changes.contains(*queue)) static_cast<void>(set_policy(changes, *queue, ""));
    }
}

void commit(Queues& queues, Changes changes, std::move_only_function<void(Result<>)> done) {
    if (changes.empty()) return done({});
    // Answers with the last: commits answer in order, and after a refused one all later ones are refused too.
    while (changes.size() > 1) {
        auto change = changes.extract(changes.begin());
        queues.update(change.key(), std::move(change.mapped()), [](Result<>) {});
    }
    queues.update(changes.begin()->first, std::move(changes.begin()->second), std::move(done));
}

}  // namespace

void apply_policy_resource(Queues& queues, const ports::ResourceRequest& request, std::string physical_id,
                           const boost::json::object& previous, ports::ResourceDone done) {
    const auto properties = parse_policy_properties(request.properties, queues_property(request));
    if (!properties) return done(std::unexpected(properties.error()));
    Changes changes;
    for (const std::string& url : properties->queue_urls) {
        const auto queue = queues.resolve(request.context, url);
        if (!queue) return done(std::unexpected(queue.error()));
        if (auto set = set_policy(changes, *queue, properties->document); !set) {
            return done(std::unexpected(std::move(set.error())));
        }
    }
    clear_policies(queues, request, previous, changes);
    commit(queues, std::move(changes),
           [physical_id = std::move(physical_id), done = std::move(done)](Result<> updated) mutable {
               if (!updated) return done(std::unexpected(aws::to_service_error(updated.error())));
               std::map<std::string, std::string> attributes{{"Id", physical_id}};
               done(ports::Resource{std::move(physical_id), std::move(attributes)});
           });
}

void remove_policy_resource(Queues& queues, const ports::ResourceRequest& request,
                            ports::ResourceRemoved done) {
    Changes changes;
    clear_policies(queues, request, request.properties, changes);
    commit(queues, std::move(changes), [done = std::move(done)](Result<> updated) mutable {
        if (!updated) return done(std::unexpected(aws::to_service_error(updated.error())));
        done({});
    });
}

}  // namespace millrace::sqs
