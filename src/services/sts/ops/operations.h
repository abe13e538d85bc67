#pragma once

#include "api/sts.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/sts/service.h"

namespace millrace::sts {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model. Behaviour follows the AWS
// Security Token Service API Reference.

void assume_role(const Dependencies& dependencies, const aws::RequestContext& context,
                 api::sts::AssumeRoleRequest input, aws::Reply<api::sts::AssumeRole> reply);
void get_caller_identity(const Dependencies& dependencies, const aws::RequestContext& context,
                         api::sts::GetCallerIdentityRequest input,
                         aws::Reply<api::sts::GetCallerIdentity> reply);
void get_session_token(const Dependencies& dependencies, const aws::RequestContext& context,
                       api::sts::GetSessionTokenRequest input, aws::Reply<api::sts::GetSessionToken> reply);

}  // namespace millrace::sts
