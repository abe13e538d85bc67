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
    const auto add = [&]<class Op>(void (*operation)(Streams&, const aws::RequestContext&, typename Op::Input,
                                                     aws::Reply<Op>)) {
        registry.add<Op>(
            [streams = streams_, operation, rate = find_call_rate(Op::model().name)](
                const aws::RequestContext& context, typename Op::Input input, aws::Reply<Op> reply) {
                if (Throttle* throttle = streams->throttle(); throttle != nullptr && rate != nullptr) {
                    auto admitted = throttle->admit_call(*rate, context.scope, called_stream(input));
                    if (!admitted) return reply(std::unexpected(std::move(admitted.error())));
                }
                operation(*streams, context, std::move(input), std::move(reply));
            });
    };
    add.operator()<api::AddTagsToStream>(add_tags_to_stream);
    add.operator()<api::CreateStream>(create_stream);
    add.operator()<api::DecreaseStreamRetentionPeriod>(decrease_stream_retention_period);
    add.operator()<api::DeleteResourcePolicy>(delete_resource_policy);
    add.operator()<api::DeleteStream>(delete_stream);
    add.operator()<api::DeregisterStreamConsumer>(deregister_stream_consumer);
    add.operator()<api::DescribeAccountSettings>(describe_account_settings);
    add.operator()<api::DescribeLimits>(describe_limits);
    add.operator()<api::DescribeStream>(describe_stream);
    add.operator()<api::DescribeStreamConsumer>(describe_stream_consumer);
    add.operator()<api::DescribeStreamSummary>(describe_stream_summary);
    add.operator()<api::DisableEnhancedMonitoring>(disable_enhanced_monitoring);
    add.operator()<api::EnableEnhancedMonitoring>(enable_enhanced_monitoring);
    add.operator()<api::GetRecords>(get_records);
    add.operator()<api::GetResourcePolicy>(get_resource_policy);
    add.operator()<api::GetShardIterator>(get_shard_iterator);
    add.operator()<api::IncreaseStreamRetentionPeriod>(increase_stream_retention_period);
    add.operator()<api::ListShards>(list_shards);
    add.operator()<api::ListStreamConsumers>(list_stream_consumers);
    add.operator()<api::ListStreams>(list_streams);
    add.operator()<api::ListTagsForResource>(list_tags_for_resource);
    add.operator()<api::ListTagsForStream>(list_tags_for_stream);
    add.operator()<api::MergeShards>(merge_shards);
    add.operator()<api::PutRecord>(put_record);
    add.operator()<api::PutRecords>(put_records);
    add.operator()<api::RegisterStreamConsumer>(register_stream_consumer);
    add.operator()<api::PutResourcePolicy>(put_resource_policy);
    add.operator()<api::RemoveTagsFromStream>(remove_tags_from_stream);
    add.operator()<api::SplitShard>(split_shard);
    add.operator()<api::StartStreamEncryption>(start_stream_encryption);
    add.operator()<api::StopStreamEncryption>(stop_stream_encryption);
    add.operator()<api::TagResource>(tag_resource);
    add.operator()<api::UntagResource>(untag_resource);
    add.operator()<api::UpdateAccountSettings>(update_account_settings);
    add.operator()<api::UpdateMaxRecordSize>(update_max_record_size);
    registry.add_stream<api::SubscribeToShard>(
        [fan_out = fan_out_, streams = streams_, &executor = executor_](
            const aws::RequestContext& context, api::SubscribeToShardInput input, aws::StreamReply reply) {
            subscribe_to_shard(
                *fan_out, *streams, context, std::move(input),
                aws::answer_with_events(context, api::SubscribeToShard::model(), executor, std::move(reply)));
        });
    add.operator()<api::UpdateShardCount>(update_shard_count);
    add.operator()<api::UpdateStreamMode>(update_stream_mode);
    add.operator()<api::UpdateStreamWarmThroughput>(update_stream_warm_throughput);
    add.operator()<api::UpdateStreamRecordDistributionStrategy>(update_stream_record_distribution_strategy);
}

void Service::reset() {
    streams_->reset();
}

}  // namespace millrace::kinesis
