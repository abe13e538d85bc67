#include "services/kinesis/resource_provider.h"

#include <utility>

#include "services/kinesis/resharding.h"
#include "services/kinesis/stream_properties.h"

namespace millrace::kinesis {
namespace {

ports::Resource to_resource(const aws::Scope& scope, const std::string& name) {
    return {.physical_id = name, .attributes = {{"Arn", stream_arn(scope, name)}}};
}

Streams::Done answer_resource(const aws::Scope& scope, std::string name, ports::ResourceDone done) {
    return [scope, name = std::move(name), done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(to_resource(scope, name));
    };
}

/// The shards are left as they are unless the template says otherwise than before: the stream may have been
/// scaled meanwhile.
bool changes_shard_count(const boost::json::object& properties, const StreamOptions& wanted,
                         const boost::json::object& previous) {
    if (wanted.on_demand || !properties.contains("ShardCount")) return false;
    const auto before = read_properties(previous);
    return !before || before->options.on_demand || before->options.shard_count != wanted.shard_count;
}

/// Everything that the template says, at once.
PlanReshard update_to(StreamOptions wanted, bool scale, const State::Usage& usage, WallTime now) {
    return [=](const Stream& stream, Reshard& reshard, StreamOptions& options) -> aws::Outcome<void> {
        auto switched = switch_mode(stream, options, wanted.on_demand, usage, now);
        if (!switched) return switched;
        StreamOptions updated = wanted;
        updated.policy = options.policy;  // AWS::Kinesis::ResourcePolicy's affair
        updated.scalings = options.scalings;
        updated.mode_switches = options.mode_switches;
        options = std::move(updated);
        if (!scale) return {};
        return scale_to(wanted.shard_count, now)(stream, reshard, options);
    };
}

}  // namespace

std::vector<ports::ResourceTypeModel> StreamProvider::resource_types() const {
    return {{.type = "AWS::Kinesis::Stream",
             .properties = {{.name = "Name", .update = ports::PropertyModel::Update::kReplacement},
                            {.name = "ShardCount"},
                            {.name = "RetentionPeriodHours"},
                            {.name = "StreamModeDetails"},
                            {.name = "StreamEncryption"},
                            {.name = "Tags"},
                            {.name = "DesiredShardLevelMetrics"},
                            {.name = "MaxRecordSizeInKiB"},
                            {.name = "WarmThroughputMiBps"},
                            {.name = "RecordDistributionStrategy"}},
             .attributes = {"Arn"},
             .takes_stack_tags = true}};
}

void StreamProvider::create(ports::ResourceRequest request, ports::ResourceDone done) {
    auto properties = read_properties(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    const aws::Scope& scope = request.context.scope;
    const std::string name = properties->name.value_or(request.generated_name);
    streams_->create(scope, name, std::move(properties->options),
                     answer_resource(scope, name, std::move(done)));
}

void StreamProvider::update(ports::ResourceRequest request, std::string physical_id,
                            boost::json::object previous, ports::ResourceDone done) {
    auto properties = read_properties(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    const aws::Scope& scope = request.context.scope;
    const bool scale = changes_shard_count(request.properties, properties->options, previous);
    streams_->reshard(scope, physical_id,
                      update_to(std::move(properties->options), scale, streams_->state().usage(scope),
                                streams_->clock().now()),
                      answer_resource(scope, physical_id, std::move(done)));
}

void StreamProvider::remove(ports::ResourceRequest request, std::string physical_id,
                            ports::ResourceRemoved done) {
    const aws::Scope& scope = request.context.scope;
    if (streams_->state().find(scope, physical_id) == nullptr) return done({});
    streams_->remove(scope, physical_id, std::move(done));
}

}  // namespace millrace::kinesis
