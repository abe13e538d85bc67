// Strictness as a property: a text that decodes is the only text for its bytes.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/base64.h"
#include "codec/hex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::codec;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const auto alphabet : {Base64Alphabet::kStandard, Base64Alphabet::kUrlSafe}) {
        MILLRACE_ASSERT(base64_decode(base64_encode(text, alphabet), alphabet) == text);
        if (const auto bytes = base64_decode(text, alphabet))
            MILLRACE_ASSERT(base64_encode(*bytes, alphabet) == text);
    }
    MILLRACE_ASSERT(hex_decode(hex_encode(text)) == text);
    return 0;
}
