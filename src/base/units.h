#pragma once

#include <cstddef>

namespace millrace {

// Sizes in bytes: 64_KiB.
constexpr std::size_t operator""_KiB(unsigned long long n) {
    return n * 1024;
}
constexpr std::size_t operator""_MiB(unsigned long long n) {
    return n * 1024 * 1024;
}
constexpr std::size_t operator""_GiB(unsigned long long n) {
    return n * 1024 * 1024 * 1024;
}

}  // namespace millrace
