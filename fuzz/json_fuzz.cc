// What parse_json accepts, to_json and to_pretty_json write so that the same value comes back.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/json.h"
#include "codec/json_places.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::codec;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto value = parse_json(text);
    if (!value) return 0;
    const auto again = parse_json(to_json(*value));
    MILLRACE_ASSERT(again && *again == *value);
    MILLRACE_ASSERT(parse_json(to_pretty_json(*value)) == *value);
    (void)find_json_places(text);
    return 0;
}
