#pragma once

#include <optional>
#include <string>

#include "api/lambda.h"
#include "aws/error.h"

namespace millrace::lambda {

/// A principal as policies write it: {"Service":"s3.amazonaws.com"}, {"AWS":"arn:aws:iam::1:root"}, "*".
/// InvalidParameterValueException for anything else.
[[nodiscard]] aws::Outcome<std::string> principal_json(const std::string& principal);

/// The statement, in AWS's JSON, that AddPermission makes for the resource.
[[nodiscard]] aws::Outcome<std::string> statement_json(const api::lambda::AddPermissionRequest& input,
                                                       const std::string& resource_arn);

}  // namespace millrace::lambda
