#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "codec/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::codec;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    MILLRACE_ASSERT(percent_decode(percent_encode(text)) == text);
    MILLRACE_ASSERT(percent_decode(percent_encode_path(text)) == text);
    if (const auto decoded = percent_decode(text)) MILLRACE_ASSERT(decoded->size() <= size);
    const auto [path, query] = split_target(text);
    MILLRACE_ASSERT(path.size() + query.size() <= size);
    return 0;
}
