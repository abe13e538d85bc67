#pragma once

#include "api/ssm.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/ssm/parameters.h"

namespace millrace::ssm {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `parameters` outlives the
// call. Behaviour follows the AWS Systems Manager API Reference.

void add_tags_to_resource(Parameters& parameters, const aws::RequestContext& context,
                          api::ssm::AddTagsToResourceRequest input,
                          aws::Reply<api::ssm::AddTagsToResource> reply);
void delete_parameter(Parameters& parameters, const aws::RequestContext& context,
                      api::ssm::DeleteParameterRequest input, aws::Reply<api::ssm::DeleteParameter> reply);
void delete_parameters(Parameters& parameters, const aws::RequestContext& context,
                       api::ssm::DeleteParametersRequest input, aws::Reply<api::ssm::DeleteParameters> reply);
void describe_parameters(Parameters& parameters, const aws::RequestContext& context,
                         api::ssm::DescribeParametersRequest input,
                         aws::Reply<api::ssm::DescribeParameters> reply);
void get_parameter(Parameters& parameters, const aws::RequestContext& context,
                   api::ssm::GetParameterRequest input, aws::Reply<api::ssm::GetParameter> reply);
void get_parameters(Parameters& parameters, const aws::RequestContext& context,
                    api::ssm::GetParametersRequest input, aws::Reply<api::ssm::GetParameters> reply);
void get_parameters_by_path(Parameters& parameters, const aws::RequestContext& context,
                            api::ssm::GetParametersByPathRequest input,
                            aws::Reply<api::ssm::GetParametersByPath> reply);
void list_tags_for_resource(Parameters& parameters, const aws::RequestContext& context,
                            api::ssm::ListTagsForResourceRequest input,
                            aws::Reply<api::ssm::ListTagsForResource> reply);
void put_parameter(Parameters& parameters, const aws::RequestContext& context,
                   api::ssm::PutParameterRequest input, aws::Reply<api::ssm::PutParameter> reply);
void remove_tags_from_resource(Parameters& parameters, const aws::RequestContext& context,
                               api::ssm::RemoveTagsFromResourceRequest input,
                               aws::Reply<api::ssm::RemoveTagsFromResource> reply);

}  // namespace millrace::ssm
