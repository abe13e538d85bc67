#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::codec;
    const auto form = parse_form({reinterpret_cast<const char*>(data), size});
    if (form) MILLRACE_ASSERT(parse_form(format_form(*form)) == *form);
    return 0;
}
