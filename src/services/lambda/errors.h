#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::lambda {

/// Short names for the errors of Lambda's API that this room makes; names and statuses stand in the model.
[[nodiscard]] aws::ServiceError resource_not_found(std::string message);
[[nodiscard]] aws::ServiceError resource_conflict(std::string message);
[[nodiscard]] aws::ServiceError resource_in_use(std::string message);
[[nodiscard]] aws::ServiceError invalid_parameter(std::string message);
[[nodiscard]] aws::ServiceError too_many_requests(std::string message);
[[nodiscard]] aws::ServiceError request_too_large(std::string message);
[[nodiscard]] aws::ServiceError invalid_request_content(std::string message);
[[nodiscard]] aws::ServiceError precondition_failed(std::string message);
[[nodiscard]] aws::ServiceError service_exception(std::string message);

/// TooManyRequestsException with one of AWS's reasons: "ReservedFunctionConcurrentInvocationLimitExceeded".
[[nodiscard]] aws::ServiceError throttled(std::string reason);

/// A constraint of the API's model that its patterns cannot say here.
[[nodiscard]] aws::ServiceError validation_exception(std::string message);

/// RecursiveInvocationException: the function is one of a loop that leads back to it.
[[nodiscard]] aws::ServiceError recursive_invocation();
inline constexpr std::string_view kRecursionCode = "RecursiveInvocationException";

/// An operation on functions as a whole was given a version or an alias.
[[nodiscard]] aws::ServiceError only_on_functions();

/// PreconditionFailedException: the RevisionId that a caller expects is not the function's.
[[nodiscard]] aws::ServiceError stale_revision();

/// "<what> is not offered by Millrace yet; see docs/compatibility.md"
[[nodiscard]] aws::ServiceError not_offered(std::string_view what);

}  // namespace millrace::lambda
