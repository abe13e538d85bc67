#include "services/sqs/receipt_handle.h"

#include <bit>
#include <cstring>

#include "base/crc32c.h"
#include "codec/base64.h"

namespace millrace::sqs {
namespace {

static_assert(std::endian::native == std::endian::little, "handles are little-endian");

// version:u8=1 log:u64 message:u64 nonce:u32 crc32c:u32, of all before it
constexpr char kVersion = 1;
constexpr std::size_t kChecked = 1 + 8 + 8 + 4;
constexpr std::size_t kBytes = kChecked + 4;

template <class T>
void put(std::string& out, T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

template <class T>
T get(std::string_view bytes, std::size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

}  // namespace

std::string encode_receipt_handle(const ReceiptHandle& handle) {
    std::string bytes;
    bytes.reserve(kBytes);
    bytes.push_back(kVersion);
    put(bytes, handle.log.value());
    put(bytes, handle.message.value());
    put(bytes, handle.nonce);
    put(bytes, crc32c(bytes));
    return codec::base64_encode(bytes);
}

std::optional<ReceiptHandle> parse_receipt_handle(std::string_view text) {
    const auto bytes = codec::base64_decode(text);
    if (!bytes || bytes->size() != kBytes || bytes->front() != kVersion) return std::nullopt;
    if (get<std::uint32_t>(*bytes, kChecked) != crc32c(std::string_view(*bytes).substr(0, kChecked))) {
        return std::nullopt;
    }
    return ReceiptHandle{.log = storage::LogId{get<std::uint64_t>(*bytes, 1)},
                         .message = MessageNumber{get<std::uint64_t>(*bytes, 9)},
                         .nonce = get<std::uint32_t>(*bytes, 17)};
}

}  // namespace millrace::sqs
