#include "codec/sha256.h"

#include "codec/hex.h"
#include "codec/openssl_digest.h"

namespace millrace::codec {
namespace {

constexpr std::size_t kBlockBytes = 64;

std::string sum(std::initializer_list<std::string_view> parts) {
    static const OpensslDigest digest{"SHA256", 32};
    return digest(parts);
}

std::string key_block(std::string_view key, char mask) {
    std::string block{key};
    block.resize(kBlockBytes);
    for (char& c : block) c = static_cast<char>(c ^ mask);
    return block;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    return sum({bytes});
}

std::string sha256_hex(std::string_view bytes) {
    return hex_encode(sha256(bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    const std::string short_key = key.size() > kBlockBytes ? sha256(key) : std::string{key};
    return sum({key_block(short_key, 0x5C), sum({key_block(short_key, 0x36), bytes})});
}

}  // namespace millrace::codec
