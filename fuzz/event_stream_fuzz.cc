// What take_event accepts, encode_event writes so that the same message comes back, byte for byte. Random
// bytes rarely have right checksums, so the input is also taken as headers and payload that are given right
// ones.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <zlib.h>

#include "base/assert.h"
#include "codec/event_stream.h"

namespace {

using namespace millrace::codec;

void round_trip(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::string_view before = bytes;
        const auto message = take_event(bytes);
        if (!message || !*message) return;
        const std::string_view taken = before.substr(0, before.size() - bytes.size());
        MILLRACE_ASSERT(encode_event(**message) == taken);
    }
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (24 - 8 * i));
}

void put_checksum(std::string& bytes, std::size_t at) {
    put_number(
        bytes, at,
        static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), at)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    round_trip(bytes);
    if (size == 0) return 0;
    // The first byte says where the headers end.
    const std::size_t split = std::min<std::size_t>(data[0], size - 1);
    std::string message;
    {
        const EventWriter writer(message, {});
        message += bytes.substr(1);
    }
    put_number(message, 4, static_cast<std::uint32_t>(split));
    put_checksum(message, 8);
    put_checksum(message, message.size() - 4);
    round_trip(message);
    return 0;
}
