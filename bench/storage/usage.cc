#include "usage.h"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <new>
#include <sys/resource.h>
#include <unistd.h>

namespace {

std::atomic<std::uint64_t> new_calls{0};

}  // namespace

// The array and nothrow forms end here, too; what the library frees, it frees with free().
void* operator new(std::size_t size) {
    new_calls.fetch_add(1, std::memory_order_relaxed);
    void* memory = std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

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
