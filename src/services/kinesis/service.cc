#include "services/kinesis/service.h"

#include <utility>

#include "aws/event_answer.h"
#include "aws/registry.h"
#include "services/kinesis/ops/called_stream.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/subscribe_to_shard.h"
#include "services/kinesis/record_source.h"
#include "services/kinesis/resource_provider.h"

namespace millrace::kinesis {
namespace {

/// A call of more than AWS allows in a second is refused before it begins.
template <class Op>
void add(aws::Registry& registry, const std::shared_ptr<Streams>& streams, Operation<Op>& operation) {
    registry.add<Op>([streams, &operation, rate = find_call_rate(Op::model().name)](
                         const aws::RequestContext& context, typename Op::Input input, aws::Reply<Op> reply) {
        if (Throttle* throttle = streams->throttle(); throttle != nullptr && rate != nullptr) {
            auto admitted = throttle->admit_call(*rate, context.scope, called_stream(input));
            if (!admitted) return reply(std::unexpected(std::move(admitted.error())));
        }
        operation(*streams, context, std::move(input), std::move(reply));
    });
}

}  // namespace

Result<std::unique_ptr<Service>> Service::open(const Dependencies& dependencies) {
    auto streams = Streams::open(dependencies);
    if (!streams) return std::unexpected(std::move(streams.error()));
    return std::unique_ptr<Service>(new Service(std::move(*streams), dependencies.executor));
}

Service::Service(std::shared_ptr<Streams> streams, Executor& executor)
    : streams_(std::move(streams)),
      executor_(executor),
      fan_out_(FanOut::make(streams_, executor)),
      record_source_(std::make_unique<StreamRecordSource>(streams_)),
      resource_provider_(std::make_unique<KinesisResources>(streams_)) {}

// A client's end of a stream may outlive us; what it holds of us must not.
Service::~Service() {
    fan_out_->close();
}

void Service::register_operations(aws::Registry& registry) {
    namespace api = api::kinesis;
    add<api::AddTagsToStream>(registry, streams_, add_tags_to_stream);
    add<api::CreateStream>(registry, streams_, create_stream);
    add<api::DecreaseStreamRetentionPeriod>(registry, streams_, decrease_stream_retention_period);
    add<api::DeleteResourcePolicy>(registry, streams_, delete_resource_policy);
    add<api::DeleteStream>(registry, streams_, delete_stream);
    add<api::DeregisterStreamConsumer>(registry, streams_, deregister_stream_consumer);
    add<api::DescribeAccountSettings>(registry, streams_, describe_account_settings);
    add<api::DescribeLimits>(registry, streams_, describe_limits);
    add<api::DescribeStream>(registry, streams_, describe_stream);
    add<api::DescribeStreamConsumer>(registry, streams_, describe_stream_consumer);
    add<api::DescribeStreamSummary>(registry, streams_, describe_stream_summary);
    add<api::DisableEnhancedMonitoring>(registry, streams_, disable_enhanced_monitoring);
    add<api::EnableEnhancedMonitoring>(registry, streams_, enable_enhanced_monitoring);
    add<api::GetRecords>(registry, streams_, get_records);
    add<api::GetResourcePolicy>(registry, streams_, get_resource_policy);
    add<api::GetShardIterator>(registry, streams_, get_shard_iterator);
    add<api::IncreaseStreamRetentionPeriod>(registry, streams_, increase_stream_retention_period);
    add<api::ListShards>(registry, streams_, list_shards);
    add<api::ListStreamConsumers>(registry, streams_, list_stream_consumers);
    add<api::ListStreams>(registry, streams_, list_streams);
    add<api::ListTagsForResource>(registry, streams_, list_tags_for_resource);
    add<api::ListTagsForStream>(registry, streams_, list_tags_for_stream);
    add<api::MergeShards>(registry, streams_, merge_shards);
    add<api::PutRecord>(registry, streams_, put_record);
    add<api::PutRecords>(registry, streams_, put_records);
    add<api::RegisterStreamConsumer>(registry, streams_, register_stream_consumer);
    add<api::PutResourcePolicy>(registry, streams_, put_resource_policy);
    add<api::RemoveTagsFromStream>(registry, streams_, remove_tags_from_stream);
    add<api::SplitShard>(registry, streams_, split_shard);
    add<api::StartStreamEncryption>(registry, streams_, start_stream_encryption);
    add<api::StopStreamEncryption>(registry, streams_, stop_stream_encryption);
    add<api::TagResource>(registry, streams_, tag_resource);
    add<api::UntagResource>(registry, streams_, untag_resource);
    add<api::UpdateAccountSettings>(registry, streams_, update_account_settings);
    add<api::UpdateMaxRecordSize>(registry, streams_, update_max_record_size);
    registry.add_stream<api::SubscribeToShard>(
        [fan_out = fan_out_, streams = streams_, &executor = executor_](
            const aws::RequestContext& context, api::SubscribeToShardInput input, aws::StreamReply reply) {
            subscribe_to_shard(
                *fan_out, *streams, context, std::move(input),
                aws::answer_with_events(context, api::SubscribeToShard::model(), executor, std::move(reply)));
        });
    add<api::UpdateShardCount>(registry, streams_, update_shard_count);
    add<api::UpdateStreamMode>(registry, streams_, update_stream_mode);
    add<api::UpdateStreamWarmThroughput>(registry, streams_, update_stream_warm_throughput);
    add<api::UpdateStreamRecordDistributionStrategy>(registry, streams_,
                                                     update_stream_record_distribution_strategy);
}

void Service::reset() {
    streams_->reset();
}

}  // namespace millrace::kinesis
