#include "services/lambda/errors.h"

#include <fmt/format.h>

#include "api/lambda.h"

namespace millrace::lambda {

aws::ServiceError resource_not_found(std::string message) {
    return api::lambda::resource_not_found_exception(std::move(message));
}

aws::ServiceError resource_conflict(std::string message) {
    return api::lambda::resource_conflict_exception(std::move(message));
}

aws::ServiceError resource_in_use(std::string message) {
    return api::lambda::resource_in_use_exception(std::move(message));
}

aws::ServiceError invalid_parameter(std::string message) {
    return api::lambda::invalid_parameter_value_exception(std::move(message));
}

aws::ServiceError recursive_invocation() {
    return api::lambda::recursive_invocation_exception(
        "Lambda has detected your function being invoked in a recursive loop with other AWS resources and "
        "stopped your function's invocation.");
}

aws::ServiceError too_many_requests(std::string message) {
    return api::lambda::too_many_requests_exception(std::move(message));
}

aws::ServiceError request_too_large(std::string message) {
    return api::lambda::request_too_large_exception(std::move(message));
}

aws::ServiceError invalid_request_content(std::string message) {
    return api::lambda::invalid_request_content_exception(std::move(message));
}

aws::ServiceError precondition_failed(std::string message) {
    return api::lambda::precondition_failed_exception(std::move(message));
}

aws::ServiceError service_exception(std::string message) {
    return api::lambda::service_exception(std::move(message));
}

aws::ServiceError validation_exception(std::string message) {
    return {.code = "ValidationException", .message = std::move(message)};
}

aws::ServiceError throttled(std::string reason) {
    aws::ServiceError error = too_many_requests("Rate Exceeded.");
    error.details.emplace("Reason", std::move(reason));
    return error;
}

aws::ServiceError only_on_functions() {
    return invalid_parameter(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
        "operation. Please specify either a function name or an unqualified function ARN.");
}

aws::ServiceError stale_revision() {
    return precondition_failed(
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API "
        "to "
        "retrieve the latest Revision Id");
}

aws::ServiceError not_offered(std::string_view what) {
    return invalid_parameter(
        fmt::format("{} is not offered by Millrace yet; see docs/compatibility.md", what));
}

}  // namespace millrace::lambda
