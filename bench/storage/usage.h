#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace millrace::bench {

/// What the process has used since its start.
struct Usage {
    std::chrono::nanoseconds wall;
    std::chrono::nanoseconds cpu;  ///< user and system, all threads
    std::uint64_t allocations;     ///< calls of operator new
    std::size_t resident_bytes;    ///< now

    [[nodiscard]] static Usage now();
};

}  // namespace millrace::bench
