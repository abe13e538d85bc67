// What is read in any form can be written in that form and read again, to the precision of the form.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/timestamp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace;
    using namespace millrace::codec;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto time = parse_epoch_seconds(text)) {
        MILLRACE_ASSERT(parse_epoch_seconds(format_epoch_seconds(*time)) == *time);
        MILLRACE_ASSERT(parse_iso8601(format_iso8601(*time)) == *time);
    }
    if (const auto time = parse_http_date(text))
        MILLRACE_ASSERT(parse_http_date(format_http_date(*time)) == *time);
    if (const auto time = parse_amz_date(text))
        MILLRACE_ASSERT(parse_amz_date(format_amz_date(*time)) == *time);
    if (const auto time = parse_iso8601(text)) (void)format_iso8601(*time);
    return 0;
}
