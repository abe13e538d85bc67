#pragma once

#include "api/logs.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/logs/groups.h"

namespace millrace::logs {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `groups` outlives the
// call. Behaviour and limits follow the Amazon CloudWatch Logs API Reference.

void create_log_group(Groups& groups, const aws::RequestContext& context,
                      api::logs::CreateLogGroupRequest input, aws::Reply<api::logs::CreateLogGroup> reply);
void create_log_stream(Groups& groups, const aws::RequestContext& context,
                       api::logs::CreateLogStreamRequest input, aws::Reply<api::logs::CreateLogStream> reply);
void delete_log_group(Groups& groups, const aws::RequestContext& context,
                      api::logs::DeleteLogGroupRequest input, aws::Reply<api::logs::DeleteLogGroup> reply);
void delete_log_stream(Groups& groups, const aws::RequestContext& context,
                       api::logs::DeleteLogStreamRequest input, aws::Reply<api::logs::DeleteLogStream> reply);
void delete_retention_policy(Groups& groups, const aws::RequestContext& context,
                             api::logs::DeleteRetentionPolicyRequest input,
                             aws::Reply<api::logs::DeleteRetentionPolicy> reply);
void describe_log_groups(Groups& groups, const aws::RequestContext& context,
                         api::logs::DescribeLogGroupsRequest input,
                         aws::Reply<api::logs::DescribeLogGroups> reply);
void describe_log_streams(Groups& groups, const aws::RequestContext& context,
                          api::logs::DescribeLogStreamsRequest input,
                          aws::Reply<api::logs::DescribeLogStreams> reply);
void filter_log_events(Groups& groups, const aws::RequestContext& context,
                       api::logs::FilterLogEventsRequest input, aws::Reply<api::logs::FilterLogEvents> reply);
void get_log_events(Groups& groups, const aws::RequestContext& context, api::logs::GetLogEventsRequest input,
                    aws::Reply<api::logs::GetLogEvents> reply);
void list_tags_for_resource(Groups& groups, const aws::RequestContext& context,
                            api::logs::ListTagsForResourceRequest input,
                            aws::Reply<api::logs::ListTagsForResource> reply);
void put_log_events(Groups& groups, const aws::RequestContext& context, api::logs::PutLogEventsRequest input,
                    aws::Reply<api::logs::PutLogEvents> reply);
void put_log_group_deletion_protection(Groups& groups, const aws::RequestContext& context,
                                       api::logs::PutLogGroupDeletionProtectionRequest input,
                                       aws::Reply<api::logs::PutLogGroupDeletionProtection> reply);
void put_retention_policy(Groups& groups, const aws::RequestContext& context,
                          api::logs::PutRetentionPolicyRequest input,
                          aws::Reply<api::logs::PutRetentionPolicy> reply);
void tag_resource(Groups& groups, const aws::RequestContext& context, api::logs::TagResourceRequest input,
                  aws::Reply<api::logs::TagResource> reply);
void untag_resource(Groups& groups, const aws::RequestContext& context, api::logs::UntagResourceRequest input,
                    aws::Reply<api::logs::UntagResource> reply);

}  // namespace millrace::logs
