#pragma once

#include "api/logs.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/logs/groups.h"

namespace millrace::logs {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `groups` outlives the
// call. Behaviour and limits follow the Amazon CloudWatch Logs API Reference.

template <class Op>
using Operation = aws::OperationOn<Groups, Op>;

Operation<api::logs::CreateLogGroup> create_log_group;
Operation<api::logs::CreateLogStream> create_log_stream;
Operation<api::logs::DeleteLogGroup> delete_log_group;
Operation<api::logs::DeleteLogStream> delete_log_stream;
Operation<api::logs::DeleteRetentionPolicy> delete_retention_policy;
Operation<api::logs::DescribeLogGroups> describe_log_groups;
Operation<api::logs::DescribeLogStreams> describe_log_streams;
Operation<api::logs::FilterLogEvents> filter_log_events;
Operation<api::logs::GetLogEvents> get_log_events;
Operation<api::logs::ListTagsForResource> list_tags_for_resource;
Operation<api::logs::PutLogEvents> put_log_events;
Operation<api::logs::PutLogGroupDeletionProtection> put_log_group_deletion_protection;
Operation<api::logs::PutRetentionPolicy> put_retention_policy;
Operation<api::logs::TagResource> tag_resource;
Operation<api::logs::UntagResource> untag_resource;

}  // namespace millrace::logs
