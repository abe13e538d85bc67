#pragma once

#include "api/kinesis.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `streams` outlives the
// call. Behaviour and limits follow the Kinesis Data Streams API Reference.

void add_tags_to_stream(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::AddTagsToStreamInput input,
                        aws::Reply<api::kinesis::AddTagsToStream> reply);
void create_stream(Streams& streams, const aws::RequestContext& context,
                   api::kinesis::CreateStreamInput input, aws::Reply<api::kinesis::CreateStream> reply);
void decrease_stream_retention_period(Streams& streams, const aws::RequestContext& context,
                                      api::kinesis::DecreaseStreamRetentionPeriodInput input,
                                      aws::Reply<api::kinesis::DecreaseStreamRetentionPeriod> reply);
void delete_resource_policy(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::DeleteResourcePolicyInput input,
                            aws::Reply<api::kinesis::DeleteResourcePolicy> reply);
void delete_stream(Streams& streams, const aws::RequestContext& context,
                   api::kinesis::DeleteStreamInput input, aws::Reply<api::kinesis::DeleteStream> reply);
void deregister_stream_consumer(Streams& streams, const aws::RequestContext& context,
                                api::kinesis::DeregisterStreamConsumerInput input,
                                aws::Reply<api::kinesis::DeregisterStreamConsumer> reply);
void describe_account_settings(Streams& streams, const aws::RequestContext& context,
                               api::kinesis::DescribeAccountSettingsInput input,
                               aws::Reply<api::kinesis::DescribeAccountSettings> reply);
void describe_limits(Streams& streams, const aws::RequestContext& context,
                     api::kinesis::DescribeLimitsInput input, aws::Reply<api::kinesis::DescribeLimits> reply);
void describe_stream(Streams& streams, const aws::RequestContext& context,
                     api::kinesis::DescribeStreamInput input, aws::Reply<api::kinesis::DescribeStream> reply);
void describe_stream_consumer(Streams& streams, const aws::RequestContext& context,
                              api::kinesis::DescribeStreamConsumerInput input,
                              aws::Reply<api::kinesis::DescribeStreamConsumer> reply);
void describe_stream_summary(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::DescribeStreamSummaryInput input,
                             aws::Reply<api::kinesis::DescribeStreamSummary> reply);
void disable_enhanced_monitoring(Streams& streams, const aws::RequestContext& context,
                                 api::kinesis::DisableEnhancedMonitoringInput input,
                                 aws::Reply<api::kinesis::DisableEnhancedMonitoring> reply);
void enable_enhanced_monitoring(Streams& streams, const aws::RequestContext& context,
                                api::kinesis::EnableEnhancedMonitoringInput input,
                                aws::Reply<api::kinesis::EnableEnhancedMonitoring> reply);
void get_records(Streams& streams, const aws::RequestContext& context, api::kinesis::GetRecordsInput input,
                 aws::Reply<api::kinesis::GetRecords> reply);
void get_resource_policy(Streams& streams, const aws::RequestContext& context,
                         api::kinesis::GetResourcePolicyInput input,
                         aws::Reply<api::kinesis::GetResourcePolicy> reply);
void get_shard_iterator(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::GetShardIteratorInput input,
                        aws::Reply<api::kinesis::GetShardIterator> reply);
void increase_stream_retention_period(Streams& streams, const aws::RequestContext& context,
                                      api::kinesis::IncreaseStreamRetentionPeriodInput input,
                                      aws::Reply<api::kinesis::IncreaseStreamRetentionPeriod> reply);
void list_shards(Streams& streams, const aws::RequestContext& context, api::kinesis::ListShardsInput input,
                 aws::Reply<api::kinesis::ListShards> reply);
void list_stream_consumers(Streams& streams, const aws::RequestContext& context,
                           api::kinesis::ListStreamConsumersInput input,
                           aws::Reply<api::kinesis::ListStreamConsumers> reply);
void list_streams(Streams& streams, const aws::RequestContext& context, api::kinesis::ListStreamsInput input,
                  aws::Reply<api::kinesis::ListStreams> reply);
void list_tags_for_resource(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::ListTagsForResourceInput input,
                            aws::Reply<api::kinesis::ListTagsForResource> reply);
void list_tags_for_stream(Streams& streams, const aws::RequestContext& context,
                          api::kinesis::ListTagsForStreamInput input,
                          aws::Reply<api::kinesis::ListTagsForStream> reply);
void merge_shards(Streams& streams, const aws::RequestContext& context, api::kinesis::MergeShardsInput input,
                  aws::Reply<api::kinesis::MergeShards> reply);
void put_record(Streams& streams, const aws::RequestContext& context, api::kinesis::PutRecordInput input,
                aws::Reply<api::kinesis::PutRecord> reply);
void put_records(Streams& streams, const aws::RequestContext& context, api::kinesis::PutRecordsInput input,
                 aws::Reply<api::kinesis::PutRecords> reply);
void register_stream_consumer(Streams& streams, const aws::RequestContext& context,
                              api::kinesis::RegisterStreamConsumerInput input,
                              aws::Reply<api::kinesis::RegisterStreamConsumer> reply);
void put_resource_policy(Streams& streams, const aws::RequestContext& context,
                         api::kinesis::PutResourcePolicyInput input,
                         aws::Reply<api::kinesis::PutResourcePolicy> reply);
void remove_tags_from_stream(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::RemoveTagsFromStreamInput input,
                             aws::Reply<api::kinesis::RemoveTagsFromStream> reply);
void split_shard(Streams& streams, const aws::RequestContext& context, api::kinesis::SplitShardInput input,
                 aws::Reply<api::kinesis::SplitShard> reply);
void start_stream_encryption(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::StartStreamEncryptionInput input,
                             aws::Reply<api::kinesis::StartStreamEncryption> reply);
void stop_stream_encryption(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::StopStreamEncryptionInput input,
                            aws::Reply<api::kinesis::StopStreamEncryption> reply);
void tag_resource(Streams& streams, const aws::RequestContext& context, api::kinesis::TagResourceInput input,
                  aws::Reply<api::kinesis::TagResource> reply);
void untag_resource(Streams& streams, const aws::RequestContext& context,
                    api::kinesis::UntagResourceInput input, aws::Reply<api::kinesis::UntagResource> reply);
void update_account_settings(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::UpdateAccountSettingsInput input,
                             aws::Reply<api::kinesis::UpdateAccountSettings> reply);
void update_max_record_size(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::UpdateMaxRecordSizeInput input,
                            aws::Reply<api::kinesis::UpdateMaxRecordSize> reply);
void update_shard_count(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::UpdateShardCountInput input,
                        aws::Reply<api::kinesis::UpdateShardCount> reply);
void update_stream_record_distribution_strategy(
    Streams& streams, const aws::RequestContext& context,
    api::kinesis::UpdateStreamRecordDistributionStrategyInput input,
    aws::Reply<api::kinesis::UpdateStreamRecordDistributionStrategy> reply);
void update_stream_warm_throughput(Streams& streams, const aws::RequestContext& context,
                                   api::kinesis::UpdateStreamWarmThroughputInput input,
                                   aws::Reply<api::kinesis::UpdateStreamWarmThroughput> reply);
void update_stream_mode(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::UpdateStreamModeInput input,
                        aws::Reply<api::kinesis::UpdateStreamMode> reply);

}  // namespace millrace::kinesis
