#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "storage/catalog/catalog_entry.h"

// What decodes encodes to the same bytes again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (const auto entry = millrace::storage::decode_catalog_entry(bytes)) {
        MILLRACE_ASSERT(encode(*entry) == bytes);
    }
    return 0;
}
