#pragma once

#include "api/ssm.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/ssm/parameters.h"

namespace millrace::ssm {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `parameters` outlives the
// call. Behaviour follows the AWS Systems Manager API Reference.

template <class Op>
using Operation = aws::OperationOn<Parameters, Op>;

Operation<api::ssm::AddTagsToResource> add_tags_to_resource;
Operation<api::ssm::DeleteParameter> delete_parameter;
Operation<api::ssm::DeleteParameters> delete_parameters;
Operation<api::ssm::DescribeParameters> describe_parameters;
Operation<api::ssm::GetParameter> get_parameter;
Operation<api::ssm::GetParameters> get_parameters;
Operation<api::ssm::GetParametersByPath> get_parameters_by_path;
Operation<api::ssm::ListTagsForResource> list_tags_for_resource;
Operation<api::ssm::PutParameter> put_parameter;
Operation<api::ssm::RemoveTagsFromResource> remove_tags_from_resource;

}  // namespace millrace::ssm
