#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/kinesis/record.h"

// What decodes encodes to the same bytes again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view payload{reinterpret_cast<const char*>(data), size};
    if (const auto record = millrace::kinesis::decode_record(payload)) {
        std::string encoded;
        millrace::kinesis::append_record(encoded, *record);
        MILLRACE_ASSERT(encoded == payload);
    }
    return 0;
}
