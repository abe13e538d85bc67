#include "services/sqs/queue_resources.h"

#include <memory>

#include "ports/property_types.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/ops/operations.h"
#include "services/sqs/policy_resource.h"
#include "services/sqs/queue_properties.h"
#include "services/sqs/redrive_check.h"
#include "services/sqs/tags.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kQueue = "AWS::SQS::Queue";
constexpr std::string_view kPolicy = "AWS::SQS::QueuePolicy";
constexpr std::string_view kInlinePolicy = "AWS::SQS::QueueInlinePolicy";

/// At most as long as a queue's name may be; what makes it unique stands at its end.
std::string fitting_name(const std::string& generated, const QueueProperties& properties) {
    constexpr std::size_t kSuffix = 13;  // "-" and 12 random characters
    const std::string kind = properties.attributes.contains("FifoQueue") ? ".fifo" : "";
    const std::size_t room = kQueueNameCharactersMax - kind.size();
    if (generated.size() <= room) return generated + kind;
    return generated.substr(0, room - kSuffix) + generated.substr(generated.size() - kSuffix) + kind;
}

ports::Resource resource_of(const aws::RequestContext& context, const QueueDescription& queue) {
    const std::string url = queue_url(context, queue.scope, queue.name);
    return {.physical_id = url,
            .attributes = {{"Arn", queue.arn()}, {"QueueName", queue.name}, {"QueueUrl", url}}};
}

}  // namespace

std::vector<ports::ResourceTypeModel> QueueResources::resource_types() const {
    using Update = ports::PropertyModel::Update;
    return {ports::with_types({.type = std::string(kQueue),
                               .properties = queue_property_models(),
                               .attributes = {"Arn", "QueueName", "QueueUrl"},
                               .takes_stack_tags = true,
                               .readable = true},
                              "QueueName FifoQueue:boolean Tags[Key Value]"),
            ports::with_types({.type = std::string(kPolicy),
                               .properties = {{.name = "PolicyDocument", .required = true},
                                              {.name = "Queues", .required = true}},
                               .attributes = {"Id"}},
                              "PolicyDocument:json Queues[]"),
            ports::with_types(
                {.type = std::string(kInlinePolicy),
                 .properties = {{.name = "PolicyDocument", .required = true},
                                {.name = "Queue", .required = true, .update = Update::kReplacement}},
                 .attributes = {}},
                "PolicyDocument:json Queue")};
}

void QueueResources::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (request.type == kQueue) return create_queue_resource(std::move(request), std::move(done));
    apply_policy_resource(queues_, request, request.generated_name, {}, std::move(done));
}

void QueueResources::update(ports::ResourceRequest request, std::string physical_id,
                            boost::json::object previous, ports::ResourceDone done) {
    if (request.type == kQueue) {
        return update_queue_resource(std::move(request), std::move(physical_id), std::move(done));
    }
    apply_policy_resource(queues_, request, std::move(physical_id), previous, std::move(done));
}

void QueueResources::remove(ports::ResourceRequest request, std::string physical_id,
                            ports::ResourceRemoved done) {
    if (request.type == kQueue) return remove_queue_resource(request, physical_id, std::move(done));
    remove_policy_resource(queues_, request, std::move(done));
}

std::string QueueResources::find_unanswered(const ports::ResourceRequest& request) const {
    const auto properties = parse_queue_properties(request.properties);
    if (request.type != kQueue || !properties) return request.generated_name;
    std::string name =
        properties->name.empty() ? fitting_name(request.generated_name, *properties) : properties->name;
    const auto queue = queues_.find(request.context.scope, name);
    return queue && ports::made_since(queue->description().created, request) ? name : std::string();
}

void QueueResources::read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) {
    const auto queue = queues_.resolve(request.context, physical_id);
    if (!queue) return done(std::nullopt);
    done(live_properties((*queue)->description()));
}

void QueueResources::create_queue_resource(ports::ResourceRequest request, ports::ResourceDone done) {
    auto properties = parse_queue_properties(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    const bool named = !properties->name.empty();
    std::string name =
        named ? std::move(properties->name) : fitting_name(request.generated_name, *properties);
    if (named && queues_.find(request.context.scope, name)) {
        // A stack must not take over, and later delete, a queue that it did not create.
        return done(std::unexpected(api::sqs::queue_name_exists(
            "A queue named " + name + " already exists; the stack did not create it.")));
    }
    api::sqs::CreateQueueRequest input{.queue_name = name,
                                       .attributes = std::move(properties->attributes),
                                       .tags = std::move(properties->tags)};
    create_queue(queues_, request.context, std::move(input),
                 [this, context = request.context, name,
                  done = std::move(done)](aws::Outcome<api::sqs::CreateQueueResult> created) mutable {
                     if (!created) return done(std::unexpected(std::move(created.error())));
                     const auto queue = queues_.find(context.scope, name);
                     if (!queue) return done(std::unexpected(no_such_queue()));
                     done(resource_of(context, queue->description()));
                 });
}

void QueueResources::update_queue_resource(ports::ResourceRequest request, std::string url,
                                           ports::ResourceDone done) {
    const auto queue = queues_.resolve(request.context, url);
    if (!queue) return done(std::unexpected(queue.error()));
    auto properties = parse_queue_properties(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));

    // What the template no longer says goes back to its default; the policy belongs to other resources.
    QueueDescription description = (*queue)->description();
    const std::string policy = description.attributes.get("Policy").value_or("");
    properties->attributes.emplace("Policy", policy);
    auto attributes = QueueAttributes::of_new_queue(properties->attributes);
    if (!attributes) return done(std::unexpected(std::move(attributes.error())));
    description.attributes = std::move(*attributes);
    description.tags.clear();
    for (auto& step :
         {add_tags(description, std::move(properties->tags)), check_redrive(queues_, description)}) {
        if (!step) return done(std::unexpected(step.error()));
    }
    auto resource = resource_of(request.context, description);
    queues_.update(*queue, std::move(description),
                   [resource = std::move(resource), done = std::move(done)](Result<> updated) mutable {
                       if (!updated) return done(std::unexpected(aws::to_service_error(updated.error())));
                       done(std::move(resource));
                   });
}

void QueueResources::remove_queue_resource(const ports::ResourceRequest& request, const std::string& url,
                                           ports::ResourceRemoved done) {
    const auto queue = queues_.resolve(request.context, url);
    if (!queue) return done({});
    queues_.remove(*queue, [done = std::move(done)](Result<> removed) mutable {
        if (!removed) return done(std::unexpected(aws::to_service_error(removed.error())));
        done({});
    });
}

}  // namespace millrace::sqs
