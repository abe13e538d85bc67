#include <utility>

#include "codec/timestamp.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/warm_throughput.h"

namespace millrace::kinesis {

void describe_stream_summary(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::DescribeStreamSummaryInput input,
                             aws::Reply<api::kinesis::DescribeStreamSummary> reply) {
    const auto found = resolve(streams.state(), context.scope, target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;
    const auto consumers = streams.consumers().state().list({.scope = stream.scope, .name = stream.name});
    const bool creating = stream.status == StreamStatus::kCreating;
    std::optional<api::kinesis::WarmThroughputObject> warm_throughput;
    if (stream.options.on_demand && has_advantage(streams.accounts(), stream.scope, streams.clock().now())) {
        warm_throughput.emplace() = {.target_mibps = stream.options.warm_mibps,
                                     .current_mibps = current_mibps(stream)};
    }
    reply(api::kinesis::DescribeStreamSummaryOutput{
        .stream_description_summary = {
            .stream_name = stream.name,
            .stream_arn = stream_arn(stream.scope, stream.name),
            .stream_status = std::string(to_string(stream.status)),
            .stream_mode_details = describe_mode(stream),
            .retention_period_hours = stream.options.retention_hours,
            .stream_creation_timestamp = codec::whole_seconds(stream.created),
            .enhanced_monitoring = describe_monitoring(stream),
            .encryption_type = encryption_type(stream),
            .key_id = stream.options.kms_key,
            .open_shard_count = creating ? 0 : static_cast<std::int32_t>(stream.shards.open_count()),
            .consumer_count = static_cast<std::int32_t>(consumers.size()),
            .warm_throughput = warm_throughput,
            .max_record_size_in_kib = stream.options.record_kib_max,
            .channel_count = 0,
            .record_distribution_strategy = describe_distribution(stream),
            .queue_count = 0}});
}

}  // namespace millrace::kinesis
