// Whatever the bytes are, what comes out of them is no more than was allowed.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kBytesMax = 100'000;
    const auto out = millrace::codec::gzip_decode({reinterpret_cast<const char*>(data), size}, kBytesMax);
    if (out) MILLRACE_ASSERT(out->size() <= kBytesMax);
    return 0;
}
