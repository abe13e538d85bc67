#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::cloudformation {

/// What may be put to a handle's URL at most, and how many may signal.
inline constexpr std::size_t kSignalBytesMax = 4096;
inline constexpr std::size_t kSignalsPerHandleMax = 1000;

/// One message to a wait condition.
struct WaitSignal {
    std::string unique_id;
    bool success = false;
    std::string data;
    std::string reason;
};

/// A WaitConditionHandle with the signals it got.
struct WaitHandle {
    std::string id;     ///< who knows it may signal
    std::string owner;  ///< the generated name it was made under
    std::string stack_id;
    std::map<std::string, WaitSignal> signals;  ///< by unique id
};

/// The body that was put to a handle's URL. Errors are sentences.
[[nodiscard]] Result<WaitSignal> read_wait_signal(std::string_view body);

[[nodiscard]] std::string write_wait_handle(const WaitHandle& handle);
[[nodiscard]] Result<WaitHandle> read_wait_handle(std::string_view text);

}  // namespace millrace::cloudformation
