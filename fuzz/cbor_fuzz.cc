// Whatever the bytes are, reading over them ends, and reads no further than they go. An item that can be read
// over can be read over again when written behind another.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "codec/cbor_reader.h"
#include "codec/cbor_writer.h"

namespace {

using namespace millrace::codec;

/// Reads one item the typed way, and writes it anew.
bool copy(CborReader& reader, CborWriter& writer) {
    auto type = reader.type();
    if (!type) return false;
    if (*type == CborType::kInteger) {
        auto value = reader.read_integer();
        if (value) writer.integer(*value);
        return value.has_value();
    }
    if (*type == CborType::kText) {
        auto value = reader.read_text();
        if (value) writer.text(*value);
        return value.has_value();
    }
    if (*type == CborType::kBytes) {
        auto value = reader.read_bytes();
        if (value) writer.bytes(*value);
        return value.has_value();
    }
    if (*type == CborType::kFloat) {
        auto value = reader.read_float();
        if (value) writer.number(*value);
        return value.has_value();
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    CborReader skipping(bytes);
    const bool whole = skipping.skip().has_value();
    std::string copied;
    CborWriter writer(copied);
    CborReader reader(bytes);
    if (!copy(reader, writer)) return 0;
    MILLRACE_ASSERT(whole && copied.size() <= size + 8);
    std::string again;
    CborWriter second(again);
    CborReader copied_reader(copied);
    MILLRACE_ASSERT(copy(copied_reader, second) && copied_reader.at_end() && again == copied);
    return 0;
}
