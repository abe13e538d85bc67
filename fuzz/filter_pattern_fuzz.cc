// Whatever the pattern and the message, there is an answer; a phrase matches itself, and its exclusion does
// not.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "services/logs/filter_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using millrace::logs::FilterPattern;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::string_view message = text.substr(size / 2);
    if (const auto pattern = FilterPattern::parse(text.substr(0, size / 2))) (void)pattern->matches(message);
    std::string phrase = "\"";
    for (const char c : message) {
        if (c == '"' || c == '\\') phrase += '\\';
        phrase += c;
    }
    phrase += '"';
    const auto same = FilterPattern::parse(phrase);
    const auto other = FilterPattern::parse("-" + phrase);
    MILLRACE_ASSERT(same && same->matches(message));
    MILLRACE_ASSERT(other && !other->matches(message));
    return 0;
}
