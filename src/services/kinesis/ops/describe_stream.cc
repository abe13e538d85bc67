#include <algorithm>
#include <utility>

#include "codec/timestamp.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void describe_stream(Streams& streams, const aws::RequestContext& context,
                     api::kinesis::DescribeStreamInput input,
                     aws::Reply<api::kinesis::DescribeStream> reply) {
    const auto found = resolve(streams.state(), context.scope, target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;

    api::kinesis::StreamDescription description{
        .stream_name = stream.name,
        .stream_arn = stream_arn(stream.scope, stream.name),
        .stream_status = std::string(to_string(stream.status)),
        .stream_mode_details = describe_mode(stream),
        .retention_period_hours = stream.options.retention_hours,
        .stream_creation_timestamp = codec::whole_seconds(stream.created),
        .enhanced_monitoring = describe_monitoring(stream),
        .encryption_type = encryption_type(stream),
        .key_id = stream.options.kms_key};

    const auto& shards = stream.shards.by_index();
    auto next = shards.begin();
    if (input.exclusive_start_shard_id) {
        const auto after = resolve_shard(stream, *input.exclusive_start_shard_id);
        if (!after) return reply(std::unexpected(after.error()));
        next = shards.upper_bound((*after)->index);
    }
    // A stream's shards appear with its becoming ACTIVE.
    if (stream.status == StreamStatus::kCreating) next = shards.end();
    const auto limit = static_cast<std::size_t>(
        std::min(input.limit.value_or(kDescribeStreamShardsMax), kDescribeStreamShardsMax));
    for (; next != shards.end() && description.shards.size() < limit; ++next) {
        description.shards.push_back(describe_shard(next->second, streams.store()));
    }
    description.has_more_shards = next != shards.end();
    reply(api::kinesis::DescribeStreamOutput{.stream_description = std::move(description)});
}

}  // namespace millrace::kinesis
