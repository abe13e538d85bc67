#pragma once

#include <cstddef>

#include "base/time.h"

namespace millrace::lambda {

struct PoolLimits {
    std::size_t sandboxes_per_function_max = 16;
    std::size_t sandboxes_max = 64;           ///< of all functions together
    std::size_t waiting_max = 1000;           ///< invocations of one function that wait for a sandbox
    Milliseconds idle_max = Seconds{5 * 60};  ///< then an idle sandbox is ended
};

}  // namespace millrace::lambda
