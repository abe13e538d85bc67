#pragma once

#include "api/ecr.h"
#include "aws/context.h"
#include "aws/error.h"
#include "services/ecr/repositories.h"

namespace millrace::ecr {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model. Behaviour follows the
// Amazon ECR API Reference.

[[nodiscard]] aws::Outcome<api::ecr::DescribeRepositoriesResponse> describe_repositories(
    const Repositories& repositories, const aws::RequestContext& context,
    const api::ecr::DescribeRepositoriesRequest& input);

}  // namespace millrace::ecr
