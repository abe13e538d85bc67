#include "base/random.h"

#include <fmt/format.h>
#include <sys/random.h>

#include "base/assert.h"

namespace millrace {

std::uint64_t SystemRandom::next() {
    // One system call fills many numbers: request ids are drawn on the hot path.
    thread_local std::uint64_t pool[32];
    thread_local std::size_t used = std::size(pool);
    if (used == std::size(pool)) {
        MILLRACE_ASSERT(getrandom(pool, sizeof(pool), 0) == static_cast<ssize_t>(sizeof(pool)));
        used = 0;
    }
    return pool[used++];
}

std::string make_uuid(Random& random) {
    const std::uint64_t high = (random.next() & ~0xf000ULL) | 0x4000ULL;
    const std::uint64_t low = (random.next() & ~(3ULL << 62)) | (1ULL << 63);
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                       high & 0xffff, low >> 48, low & 0xffff'ffff'ffffULL);
}

}  // namespace millrace
