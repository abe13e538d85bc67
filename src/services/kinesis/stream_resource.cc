#include "services/kinesis/stream_resource.h"

#include <boost/json/array.hpp>
#include <utility>

#include "ports/property_types.h"
#include "ports/system_tags.h"
#include "services/kinesis/resharding.h"
#include "services/kinesis/stream_properties.h"
#include "services/kinesis/warm_throughput.h"

namespace millrace::kinesis {
namespace {

bool has_advantage(const Streams& streams, const aws::Scope& scope) {
    return has_advantage(streams.accounts(), scope, streams.clock().now());
}

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
PlanReshard update_to(const Streams& streams, StreamProperties wanted, bool scale, const aws::Scope& scope) {
    return [=, usage = streams.state().usage(scope), advantage = has_advantage(streams, scope),
            now = streams.clock().now()](const Stream& stream, Reshard& reshard,
                                         StreamOptions& options) -> aws::Outcome<void> {
        auto switched = switch_mode(stream, options, wanted.options.on_demand, usage, now);
        if (!switched) return switched;
        StreamOptions updated = wanted.options;
        updated.policy = options.policy;  // AWS::Kinesis::ResourcePolicy's affair
        updated.scalings = options.scalings;
        updated.mode_switches = options.mode_switches;
        const auto warm_before = options.warm_mibps;
        options = std::move(updated);
        if (scale) return scale_to(wanted.options.shard_count, now)(stream, reshard, options);
        if (!wanted.warm_mibps) return {};
        if (wanted.warm_mibps != warm_before)
            return warm_to(*wanted.warm_mibps, advantage)(stream, reshard, options);
        options.warm_mibps = wanted.warm_mibps;
        return {};
    };
}

}  // namespace

ports::ResourceTypeModel stream_model() {
    return ports::with_types(
        {.type = "AWS::Kinesis::Stream",
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
         .takes_stack_tags = true,
         .readable = true},
        "Name ShardCount:integer RetentionPeriodHours:integer StreamModeDetails{StreamMode} "
        "StreamEncryption{EncryptionType KeyId} Tags[Key Value] DesiredShardLevelMetrics[] "
        "MaxRecordSizeInKiB:integer WarmThroughputMiBps:integer RecordDistributionStrategy");
}

void create_stream_resource(Streams& streams, const ports::ResourceRequest& request,
                            ports::ResourceDone done) {
    auto properties = read_properties(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    const aws::Scope& scope = request.context.scope;
    StreamOptions& options = properties->options;
    ports::add_stack_tags(request, options.tags);
    if (properties->warm_mibps) {
        auto set = set_warm_throughput(options, *properties->warm_mibps, has_advantage(streams, scope));
        if (!set) return done(std::unexpected(std::move(set.error())));
        options.shard_count = shards_for_warm_throughput(*properties->warm_mibps);
    }
    const std::string name = properties->name.value_or(request.generated_name);
    streams.create(scope, name, std::move(options), answer_resource(scope, name, std::move(done)));
}

void update_stream_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& name,
                            const boost::json::object& previous, ports::ResourceDone done) {
    auto properties = read_properties(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    const aws::Scope& scope = request.context.scope;
    ports::add_stack_tags(request, properties->options.tags);
    const bool scale = changes_shard_count(request.properties, properties->options, previous);
    streams.reshard(scope, name, update_to(streams, std::move(*properties), scale, scope),
                    answer_resource(scope, name, std::move(done)));
}

void remove_stream_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& name,
                            ports::ResourceRemoved done) {
    const aws::Scope& scope = request.context.scope;
    if (streams.state().find(scope, name) == nullptr) return done({});
    streams.remove(scope, name, std::move(done));
}

std::optional<boost::json::object> live_stream(const Streams& streams, const aws::Scope& scope,
                                               const std::string& name) {
    namespace json = boost::json;
    const Stream* stream = streams.state().find(scope, name);
    if (stream == nullptr) return std::nullopt;
    const StreamOptions& options = stream->options;
    json::object live{
        {"Name", stream->name},
        {"RetentionPeriodHours", options.retention_hours},
        {"MaxRecordSizeInKiB", options.record_kib_max},
        {"StreamModeDetails", json::object{{"StreamMode", options.on_demand ? "ON_DEMAND" : "PROVISIONED"}}},
        {"DesiredShardLevelMetrics",
         json::array(options.shard_metrics.begin(), options.shard_metrics.end())}};
    if (!options.on_demand) live["ShardCount"] = stream->shards.open_count();
    live["StreamEncryption"] = nullptr;
    if (options.kms_key)
        live["StreamEncryption"] = json::object{{"EncryptionType", "KMS"}, {"KeyId", *options.kms_key}};
    json::array tags;
    for (const auto& [key, value] : options.tags)
        tags.push_back(json::object{{"Key", key}, {"Value", value}});
    live["Tags"] = std::move(tags);
    return live;
}

}  // namespace millrace::kinesis
