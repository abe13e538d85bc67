// What parse_json accepts, to_json and to_pretty_json write so that the same value comes back (doubles
// nearly).

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/json.h"
#include "codec/json_places.h"

namespace {

using millrace::codec::Json;

bool alike(const Json& a, const Json& b) {
    if (a.is_double() && b.is_double()) {
        return std::abs(a.get_double() - b.get_double()) <= 1e-15 * std::abs(a.get_double());
    }
    if (a.is_array() && b.is_array()) return std::ranges::equal(a.get_array(), b.get_array(), alike);
    if (a.is_object() && b.is_object()) {
        return std::ranges::equal(a.get_object(), b.get_object(), [](const auto& left, const auto& right) {
            return left.key() == right.key() && alike(left.value(), right.value());
        });
    }
    return a == b;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::codec;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto value = parse_json(text);
    if (!value) return 0;
    const auto compact = parse_json(to_json(*value));
    const auto pretty = parse_json(to_pretty_json(*value));
    MILLRACE_ASSERT(compact && pretty && *compact == *pretty && alike(*compact, *value));
    (void)find_json_places(text);
    return 0;
}
