#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace millrace {
namespace {

ErrorCode code_for(int errno_value) {
    switch (errno_value) {
        case ENOENT:
            return ErrorCode::kNotFound;
        case EEXIST:
            return ErrorCode::kAlreadyExists;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:  // of a file; the process's limit, for one
        case EMFILE:
        case ENFILE:
            return ErrorCode::kResourceExhausted;
        default:
            return ErrorCode::kIo;
    }
}

}  // namespace

std::unexpected<Error> fail_errno(std::string action, int errno_value) {
    return fail(code_for(errno_value),
                "cannot " + std::move(action) + ": " + std::generic_category().message(errno_value));
}

}  // namespace millrace
