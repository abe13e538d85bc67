#include "services/kinesis/token.h"

#include <cstdint>

#include "base/crc32c.h"
#include "codec/base64.h"
#include "services/kinesis/wire.h"

namespace millrace::kinesis {

std::string seal_token(std::string bytes) {
    put_integer(bytes, crc32c(bytes));
    return codec::base64_encode(bytes);
}

std::optional<std::string> unseal_token(std::string_view text) {
    auto bytes = codec::base64_decode(text);
    if (!bytes || bytes->size() < sizeof(std::uint32_t)) return std::nullopt;
    const std::size_t size = bytes->size() - sizeof(std::uint32_t);
    const auto sum = WireReader(std::string_view(*bytes).substr(size)).integer<std::uint32_t>();
    bytes->resize(size);
    if (sum != crc32c(*bytes)) return std::nullopt;
    return std::move(*bytes);
}

}  // namespace millrace::kinesis
