#pragma once

#include "api/kinesis.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `streams` outlives the
// call. Behaviour and limits follow the Kinesis Data Streams API Reference.

template <class Op>
using Operation = aws::OperationOn<Streams, Op>;

Operation<api::kinesis::AddTagsToStream> add_tags_to_stream;
Operation<api::kinesis::CreateStream> create_stream;
Operation<api::kinesis::DecreaseStreamRetentionPeriod> decrease_stream_retention_period;
Operation<api::kinesis::DeleteResourcePolicy> delete_resource_policy;
Operation<api::kinesis::DeleteStream> delete_stream;
Operation<api::kinesis::DeregisterStreamConsumer> deregister_stream_consumer;
Operation<api::kinesis::DescribeAccountSettings> describe_account_settings;
Operation<api::kinesis::DescribeLimits> describe_limits;
Operation<api::kinesis::DescribeStream> describe_stream;
Operation<api::kinesis::DescribeStreamConsumer> describe_stream_consumer;
Operation<api::kinesis::DescribeStreamSummary> describe_stream_summary;
Operation<api::kinesis::DisableEnhancedMonitoring> disable_enhanced_monitoring;
Operation<api::kinesis::EnableEnhancedMonitoring> enable_enhanced_monitoring;
Operation<api::kinesis::GetRecords> get_records;
Operation<api::kinesis::GetResourcePolicy> get_resource_policy;
Operation<api::kinesis::GetShardIterator> get_shard_iterator;
Operation<api::kinesis::IncreaseStreamRetentionPeriod> increase_stream_retention_period;
Operation<api::kinesis::ListShards> list_shards;
Operation<api::kinesis::ListStreamConsumers> list_stream_consumers;
Operation<api::kinesis::ListStreams> list_streams;
Operation<api::kinesis::ListTagsForResource> list_tags_for_resource;
Operation<api::kinesis::ListTagsForStream> list_tags_for_stream;
Operation<api::kinesis::MergeShards> merge_shards;
Operation<api::kinesis::PutRecord> put_record;
Operation<api::kinesis::PutRecords> put_records;
Operation<api::kinesis::RegisterStreamConsumer> register_stream_consumer;
Operation<api::kinesis::PutResourcePolicy> put_resource_policy;
Operation<api::kinesis::RemoveTagsFromStream> remove_tags_from_stream;
Operation<api::kinesis::SplitShard> split_shard;
Operation<api::kinesis::StartStreamEncryption> start_stream_encryption;
Operation<api::kinesis::StopStreamEncryption> stop_stream_encryption;
Operation<api::kinesis::TagResource> tag_resource;
Operation<api::kinesis::UntagResource> untag_resource;
Operation<api::kinesis::UpdateAccountSettings> update_account_settings;
Operation<api::kinesis::UpdateMaxRecordSize> update_max_record_size;
Operation<api::kinesis::UpdateShardCount> update_shard_count;
Operation<api::kinesis::UpdateStreamRecordDistributionStrategy> update_stream_record_distribution_strategy;
Operation<api::kinesis::UpdateStreamWarmThroughput> update_stream_warm_throughput;
Operation<api::kinesis::UpdateStreamMode> update_stream_mode;

}  // namespace millrace::kinesis
