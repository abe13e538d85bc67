#pragma once

#include "api/sts.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/sts/service.h"

namespace millrace::sts {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model. Behaviour follows the AWS
// Security Token Service API Reference.

template <class Op>
using Operation = aws::OperationOn<const Dependencies, Op>;

Operation<api::sts::AssumeRole> assume_role;
Operation<api::sts::GetCallerIdentity> get_caller_identity;
Operation<api::sts::GetSessionToken> get_session_token;

}  // namespace millrace::sts
