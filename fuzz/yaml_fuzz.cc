// Whatever the text, a value or an error comes back; a value can be written as JSON, and that is a template
// again.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::codec;
    const auto document = parse_yaml_document({reinterpret_cast<const char*>(data), size});
    if (!document) {
        MILLRACE_ASSERT(!document.error().message.empty());
        return 0;
    }
    MILLRACE_ASSERT(parse_json(to_json(document->value)));
    MILLRACE_ASSERT(document->line_of("/Resources/A/0") >= 1);
    return 0;
}
