#include "usage.h"

#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

#include "base/counted_new.h"

namespace millrace::bench {
namespace {

std::chrono::nanoseconds to_duration(const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

}  // namespace

Usage Usage::now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    return {.wall = std::chrono::steady_clock::now().time_since_epoch(),
            .cpu = to_duration(usage.ru_utime) + to_duration(usage.ru_stime),
            .allocations = new_calls.load(std::memory_order_relaxed),
            .resident_bytes = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE))};
}

}  // namespace millrace::bench
