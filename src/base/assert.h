#pragma once

namespace millrace {

[[noreturn]] void assert_failed(const char* condition, const char* file, int line);

}  // namespace millrace

/// Stays on in release. Only for our own mistakes: nothing a client, a file or a function sends may trip one.
#define MILLRACE_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::millrace::assert_failed(#condition, __FILE__, __LINE__))
