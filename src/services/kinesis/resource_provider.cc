#include "services/kinesis/resource_provider.h"

#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
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

aws::Outcome<void> apply(StreamOptions& current, StreamOptions wanted) {
    if (wanted.on_demand != current.on_demand) {
        return std::unexpected(invalid_argument("UpdateStreamMode is not offered by Millrace yet."));
    }
    if (wanted.shard_count != current.shard_count) {
        return std::unexpected(
            invalid_argument(fmt::format("UpdateShardCount is not offered by Millrace yet: the stream has {} "
                                         "shards and the template asks for {}.",
                                         current.shard_count, wanted.shard_count)));
    }
    current = std::move(wanted);
    return {};
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

void StreamProvider::update(ports::ResourceRequest request, std::string physical_id, boost::json::object,
                            ports::ResourceDone done) {
    auto properties = read_properties(request.properties);
    if (!properties) return done(std::unexpected(std::move(properties.error())));
    const aws::Scope& scope = request.context.scope;
    streams_->change(
        scope, physical_id,
        [&](StreamOptions& options) { return apply(options, std::move(properties->options)); },
        answer_resource(scope, physical_id, std::move(done)));
}

void StreamProvider::remove(ports::ResourceRequest request, std::string physical_id,
                            ports::ResourceRemoved done) {
    const aws::Scope& scope = request.context.scope;
    if (streams_->state().find(scope, physical_id) == nullptr) return done({});
    streams_->remove(scope, physical_id, std::move(done));
}

}  // namespace millrace::kinesis
