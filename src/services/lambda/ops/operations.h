#pragma once

#include "api/lambda.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

// The operations, one file each. The input was validated against the model.

template <class Op>
using Operation = aws::OperationOn<Core, Op>;

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

Operation<api::lambda::PublishVersion> publish_version;
Operation<api::lambda::CreateAlias> create_alias;
Operation<api::lambda::GetAlias> get_alias;
Operation<api::lambda::UpdateAlias> update_alias;
Operation<api::lambda::DeleteAlias> delete_alias;
Operation<api::lambda::ListAliases> list_aliases;

Operation<api::lambda::AddPermission> add_permission;
Operation<api::lambda::RemovePermission> remove_permission;
Operation<api::lambda::GetPolicy> get_policy;

Operation<api::lambda::PutFunctionConcurrency> put_function_concurrency;
Operation<api::lambda::GetFunctionConcurrency> get_function_concurrency;
Operation<api::lambda::DeleteFunctionConcurrency> delete_function_concurrency;
Operation<api::lambda::PutProvisionedConcurrencyConfig> put_provisioned_concurrency_config;
Operation<api::lambda::GetProvisionedConcurrencyConfig> get_provisioned_concurrency_config;
Operation<api::lambda::DeleteProvisionedConcurrencyConfig> delete_provisioned_concurrency_config;
Operation<api::lambda::ListProvisionedConcurrencyConfigs> list_provisioned_concurrency_configs;
Operation<api::lambda::GetAccountSettings> get_account_settings;

Operation<api::lambda::PutFunctionEventInvokeConfig> put_function_event_invoke_config;
Operation<api::lambda::UpdateFunctionEventInvokeConfig> update_function_event_invoke_config;
Operation<api::lambda::GetFunctionEventInvokeConfig> get_function_event_invoke_config;
Operation<api::lambda::DeleteFunctionEventInvokeConfig> delete_function_event_invoke_config;
Operation<api::lambda::ListFunctionEventInvokeConfigs> list_function_event_invoke_configs;

void invoke_with_response_stream(Core& core, const aws::RequestContext& context,
                                 api::lambda::InvokeWithResponseStreamRequest input, aws::StreamReply reply);

Operation<api::lambda::CreateFunctionUrlConfig> create_function_url_config;
Operation<api::lambda::GetFunctionUrlConfig> get_function_url_config;
Operation<api::lambda::UpdateFunctionUrlConfig> update_function_url_config;
Operation<api::lambda::DeleteFunctionUrlConfig> delete_function_url_config;
Operation<api::lambda::ListFunctionUrlConfigs> list_function_url_configs;

Operation<api::lambda::PublishLayerVersion> publish_layer_version;
Operation<api::lambda::GetLayerVersion> get_layer_version;
Operation<api::lambda::GetLayerVersionByArn> get_layer_version_by_arn;
Operation<api::lambda::ListLayerVersions> list_layer_versions;
Operation<api::lambda::ListLayers> list_layers;
Operation<api::lambda::DeleteLayerVersion> delete_layer_version;
Operation<api::lambda::AddLayerVersionPermission> add_layer_version_permission;
Operation<api::lambda::RemoveLayerVersionPermission> remove_layer_version_permission;
Operation<api::lambda::GetLayerVersionPolicy> get_layer_version_policy;

Operation<api::lambda::CreateCodeSigningConfig> create_code_signing_config;
Operation<api::lambda::GetCodeSigningConfig> get_code_signing_config;
Operation<api::lambda::UpdateCodeSigningConfig> update_code_signing_config;
Operation<api::lambda::DeleteCodeSigningConfig> delete_code_signing_config;
Operation<api::lambda::ListCodeSigningConfigs> list_code_signing_configs;
Operation<api::lambda::ListFunctionsByCodeSigningConfig> list_functions_by_code_signing_config;
Operation<api::lambda::PutFunctionCodeSigningConfig> put_function_code_signing_config;
Operation<api::lambda::GetFunctionCodeSigningConfig> get_function_code_signing_config;
Operation<api::lambda::DeleteFunctionCodeSigningConfig> delete_function_code_signing_config;

Operation<api::lambda::PutRuntimeManagementConfig> put_runtime_management_config;
Operation<api::lambda::GetRuntimeManagementConfig> get_runtime_management_config;
Operation<api::lambda::PutFunctionRecursionConfig> put_function_recursion_config;
Operation<api::lambda::GetFunctionRecursionConfig> get_function_recursion_config;

Operation<api::lambda::CreateEventSourceMapping> create_event_source_mapping;
Operation<api::lambda::GetEventSourceMapping> get_event_source_mapping;
Operation<api::lambda::ListEventSourceMappings> list_event_source_mappings;
Operation<api::lambda::UpdateEventSourceMapping> update_event_source_mapping;
Operation<api::lambda::DeleteEventSourceMapping> delete_event_source_mapping;

}  // namespace millrace::lambda
