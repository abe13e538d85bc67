#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::aws {

// Errors that belong to no service's model: AWS's front ends answer them for every service.

/// Our own mistake, or a disk that refuses.
[[nodiscard]] ServiceError internal_failure(
    std::string message =
        "The request processing has failed because of an unknown error, exception or failure.");

/// The body cannot be read as the protocol says.
[[nodiscard]] ServiceError serialization_exception(std::string message);

/// Nothing AWS knows.
[[nodiscard]] ServiceError unknown_operation(std::string_view operation);

/// A request of the query protocol that names no operation.
[[nodiscard]] ServiceError missing_action();

/// AWS has it, Millrace has not.
[[nodiscard]] ServiceError not_offered(std::string_view operation);

/// The body is longer than what is read of it.
[[nodiscard]] ServiceError request_too_large(std::size_t bytes_max, std::string_view operation);

/// For services whose model has no error of that name.
[[nodiscard]] ServiceError throttling_exception(std::string message = "Rate exceeded");
[[nodiscard]] ServiceError service_unavailable(std::string message);

}  // namespace millrace::aws
