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

}  // namespace millrace::aws
