#include "aws/error.h"

#include "aws/common_errors.h"

namespace millrace::aws {

ServiceError to_service_error(const Error& error) {
    switch (error.code) {
        case ErrorCode::kInvalidArgument:
            return {.code = "InvalidArgumentException", .message = error.message};
        case ErrorCode::kNotFound:
            return {.code = "ResourceNotFoundException", .message = error.message};
        case ErrorCode::kAlreadyExists:
            return {.code = "ResourceInUseException", .message = error.message};
        case ErrorCode::kResourceExhausted:
            return throttling_exception(error.message);
        case ErrorCode::kUnavailable:
            return service_unavailable(error.message);
        case ErrorCode::kUnimplemented:
            return {.code = "UnsupportedOperation", .message = error.message};
        case ErrorCode::kIo:
        case ErrorCode::kCorruption:
        case ErrorCode::kInternal:
            break;
    }
    return internal_failure(error.message);
}

Outcome<void> to_outcome(const Result<>& result) {
    if (!result) return std::unexpected(to_service_error(result.error()));
    return {};
}

}  // namespace millrace::aws
