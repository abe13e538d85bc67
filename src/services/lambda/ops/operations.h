#pragma once

#include "api/lambda.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

// The operations, one file each. The input was validated against the model.

template <class Op>
using Operation = void(Core& core, const aws::RequestContext& context, typename Op::Input input,
                       aws::Reply<Op> reply);

Operation<api::lambda::CreateFunction> create_function;
Operation<api::lambda::GetFunction> get_function;
Operation<api::lambda::GetFunctionConfiguration> get_function_configuration;
Operation<api::lambda::ListFunctions> list_functions;
Operation<api::lambda::ListVersionsByFunction> list_versions_by_function;
Operation<api::lambda::DeleteFunction> delete_function;
Operation<api::lambda::UpdateFunctionCode> update_function_code;
Operation<api::lambda::UpdateFunctionConfiguration> update_function_configuration;
Operation<api::lambda::Invoke> invoke;
Operation<api::lambda::ListTags> list_tags;
Operation<api::lambda::TagResource> tag_resource;
Operation<api::lambda::UntagResource> untag_resource;

Operation<api::lambda::CreateEventSourceMapping> create_event_source_mapping;
Operation<api::lambda::GetEventSourceMapping> get_event_source_mapping;
Operation<api::lambda::ListEventSourceMappings> list_event_source_mappings;
Operation<api::lambda::UpdateEventSourceMapping> update_event_source_mapping;
Operation<api::lambda::DeleteEventSourceMapping> delete_event_source_mapping;

}  // namespace millrace::lambda
