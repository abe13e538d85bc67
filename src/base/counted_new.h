#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

// Replaces operator new of the program that includes it, for tests and benchmarks that count allocations:
// from one source only, and from no library.

namespace millrace {

/// Calls of operator new so far, of all threads.
inline std::atomic<std::uint64_t> new_calls{0};

}  // namespace millrace

// The array and nothrow forms end here, too; what the library frees, it frees with free().
void* operator new(std::size_t size) {
    millrace::new_calls.fetch_add(1, std::memory_order_relaxed);
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
