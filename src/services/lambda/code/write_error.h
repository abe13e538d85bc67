#pragma once

#include "base/error.h"

namespace millrace::lambda {

/// The system refused to write what is to be kept of a package. Always kIo: here kResourceExhausted means
/// that the package is too large, which a full disk does not say.
[[nodiscard]] inline std::unexpected<Error> write_error(const Error& error) {
    return fail(ErrorCode::kIo, error.message);
}

}  // namespace millrace::lambda
