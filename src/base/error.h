#pragma once

#include <expected>
#include <string>
#include <utility>

namespace millrace {

/// Why something failed, coarse enough to decide on; the message is for people and names the next step where
/// there is one.
enum class ErrorCode {
    kInvalidArgument,    ///< the caller's input is wrong; repeating it cannot help
    kNotFound,           ///< the thing named does not exist
    kAlreadyExists,      ///< the thing named exists already
    kResourceExhausted,  ///< a named limit was reached; later may help
    kUnavailable,        ///< cannot be done now (shutting down, writes refused after an I/O error)
    kIo,                 ///< the operating system refused; the message carries its words
    kCorruption,         ///< stored bytes are not what was written
    kUnimplemented,      ///< known, and not offered
    kInternal,           ///< our own mistake
};

/// An error as a value. Functions that can fail return Result<T>; AWS's errors are another type
/// (aws/error.h).
struct [[nodiscard]] Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::kIo, "cannot open x: ...");`
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
    return std::unexpected(Error{code, std::move(message)});
}

/// "cannot <action>: <strerror(errno_value)>" with the code that fits the errno.
[[nodiscard]] std::unexpected<Error> fail_errno(std::string action, int errno_value);

}  // namespace millrace
