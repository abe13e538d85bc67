#include "services/kinesis/consumer_resource.h"

#include <chrono>
#include <utility>

#include "ports/property_types.h"
#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/resource.h"
#include "services/kinesis/property_values.h"
#include "services/kinesis/registration.h"

namespace millrace::kinesis {
namespace {

ports::Resource to_resource(const Consumer& consumer) {
    const auto created = std::chrono::floor<Seconds>(consumer.created).time_since_epoch();
    return {.physical_id = consumer_arn(consumer),
            .attributes = {{"ConsumerARN", consumer_arn(consumer)},
                           {"ConsumerCreationTimestamp", std::to_string(created.count())},
                           {"ConsumerName", consumer.name},
                           // It is ready when its making is answered.
                           {"ConsumerStatus", std::string(to_string(ConsumerStatus::kActive))},
                           {"StreamARN", stream_arn(consumer.scope, consumer.stream)}}};
}

struct ConsumerProperties {
    std::string name;
    std::string stream_arn;
    Tags tags;
};

aws::Outcome<ConsumerProperties> read_consumer(const boost::json::object& properties) {
    auto name = read_text(properties, "ConsumerName");
    if (!name) return std::unexpected(std::move(name.error()));
    auto stream = read_text(properties, "StreamARN");
    if (!stream) return std::unexpected(std::move(stream.error()));
    ConsumerProperties read{.name = std::move(*name), .stream_arn = std::move(*stream)};
    if (!is_name(read.name))
        return invalid("ConsumerName", "must be 1 to 128 of the characters a-z, A-Z, 0-9, _, . and -");
    if (auto tags = read_tags(properties, read.tags); !tags) return std::unexpected(std::move(tags.error()));
    return read;
}

}  // namespace

ports::ResourceTypeModel consumer_model() {
    using Update = ports::PropertyModel::Update;
    return ports::with_types(
        {.type = "AWS::Kinesis::StreamConsumer",
         .properties = {{.name = "ConsumerName", .required = true, .update = Update::kReplacement},
                        {.name = "StreamARN", .required = true, .update = Update::kReplacement},
                        {.name = "Tags"}},
         .attributes = {"ConsumerARN", "ConsumerCreationTimestamp", "ConsumerName", "ConsumerStatus",
                        "StreamARN"},
         .takes_stack_tags = true},
        "ConsumerName StreamARN Tags[Key Value]");
}

void create_consumer_resource(Streams& streams, const ports::ResourceRequest& request,
                              ports::ResourceDone done) {
    auto properties = read_consumer(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    register_consumer(streams, request.context.scope, {.arn = properties->stream_arn},
                      std::move(properties->name), std::move(properties->tags),
                      [done = std::move(done)](aws::Outcome<Consumer> consumer) mutable {
                          if (!consumer) return done(std::unexpected(std::move(consumer.error())));
                          done(to_resource(*consumer));
                      });
}

void update_consumer_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& arn,
                              ports::ResourceDone done) {
    auto properties = read_consumer(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    const aws::Scope& scope = request.context.scope;
    const auto consumer = resolve_consumer(streams, scope, {.consumer_arn = arn});
    if (!consumer) return done(std::unexpected(consumer.error()));
    change_resource(
        streams, scope, {.arn = arn},
        [&](const ResourceSettings& resource) -> aws::Outcome<void> {
            resource.tags = std::move(properties->tags);
            return {};
        },
        [resource = to_resource(**consumer), done = std::move(done)](aws::Outcome<void> outcome) mutable {
            if (!outcome) return done(std::unexpected(std::move(outcome.error())));
            done(std::move(resource));
        });
}

std::string find_unanswered_consumer(Streams& streams, const ports::ResourceRequest& request) {
    auto properties = read_consumer(request.properties);
    if (!properties) return {};
    const ConsumerTarget target{.stream_arn = std::move(properties->stream_arn),
                                .name = std::move(properties->name)};
    const auto consumer = resolve_consumer(streams, request.context.scope, target);
    return consumer && ports::made_since((*consumer)->created, request) ? consumer_arn(**consumer)
                                                                        : std::string();
}

void remove_consumer_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& arn,
                              ports::ResourceRemoved done) {
    const auto consumer = resolve_consumer(streams, request.context.scope, {.consumer_arn = arn});
    if (!consumer) return done({});
    streams.consumers().remove(**consumer, std::move(done));
}

}  // namespace millrace::kinesis
