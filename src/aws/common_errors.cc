#include "aws/common_errors.h"

#include <fmt/format.h>
#include <utility>

namespace millrace::aws {

ServiceError internal_failure(std::string message) {
    return {
        .code = "InternalFailure", .message = std::move(message), .http_status = 500, .sender_fault = false};
}

ServiceError serialization_exception(std::string message) {
    return {.code = "SerializationException", .message = std::move(message), .query_code = "MalformedInput"};
}

ServiceError unknown_operation(std::string_view operation) {
    return {.code = "UnknownOperationException",
            .message = fmt::format("The action {} is not valid for this endpoint.", operation),
            .query_code = "InvalidAction"};
}

ServiceError missing_action() {
    return {
        .code = "UnknownOperationException", .message = "The request names no action.", .http_status = 404};
}

ServiceError not_offered(std::string_view operation) {
    return {.code = "UnknownOperationException",
            .message = fmt::format("Millrace does not offer {} yet; see docs/compatibility.md", operation),
            .query_code = "InvalidAction"};
}

ServiceError request_too_large(std::size_t bytes_max, std::string_view operation) {
    return {.code = "RequestEntityTooLargeException",
            .message = fmt::format("Request must be smaller than {} bytes for the {} operation", bytes_max,
                                   operation),
            .http_status = 413,
            .query_code = "RequestEntityTooLarge"};
}

ServiceError throttling_exception(std::string message) {
    return {.code = "ThrottlingException", .message = std::move(message), .query_code = "Throttling"};
}

ServiceError service_unavailable(std::string message) {
    return {.code = "ServiceUnavailable",
            .message = std::move(message),
            .http_status = 503,
            .sender_fault = false};
}

}  // namespace millrace::aws
