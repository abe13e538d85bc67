#include "codec/checksum.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <zlib.h>

#include "base/assert.h"
#include "base/crc32c.h"
#include "codec/md5.h"
#include "codec/openssl_digest.h"
#include "codec/sha256.h"

namespace millrace::codec {
namespace {

// All three CRCs are reflected, and begin and end with all bits set.
constexpr std::uint32_t kCrc32Polynomial = 0xedb88320;
constexpr std::uint32_t kCrc32cPolynomial = 0x82f63b78;
constexpr std::uint64_t kCrc64NvmePolynomial = 0x9a6c9329ac4bc9b5;

constexpr std::size_t kSlices = 8;
using Crc64Tables = std::array<std::array<std::uint64_t, 256>, kSlices>;

/// tables[n][b]: what the byte b, followed by n zero bytes, adds to the sum.
constexpr Crc64Tables make_crc64_tables() {
    Crc64Tables tables{};
    for (std::uint64_t byte = 0; byte < 256; ++byte) {
        std::uint64_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kCrc64NvmePolynomial : 0);
        tables[0][byte] = crc;
    }
    for (std::size_t slice = 1; slice < kSlices; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint64_t before = tables[slice - 1][byte];
            tables[slice][byte] = tables[0][before & 0xff] ^ (before >> 8);
        }
    }
    return tables;
}

std::uint64_t crc64_nvme(std::string_view bytes) {
    static constexpr Crc64Tables kTables = make_crc64_tables();
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t crc = ~0ULL;
    for (; bytes.size() >= kSlices; bytes.remove_prefix(kSlices)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        word ^= crc;
        crc = 0;
        for (std::size_t i = 0; i < kSlices; ++i) crc ^= kTables[kSlices - 1 - i][(word >> (8 * i)) & 0xff];
    }
    for (const char byte : bytes)
        crc = kTables[0][(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ (crc >> 8);
    return ~crc;
}

std::uint32_t crc32(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

template <class T>
std::string to_bytes(T sum) {
    std::string bytes(sizeof sum, '\0');
    for (std::size_t i = 0; i < sizeof sum; ++i)
        bytes[sizeof sum - 1 - i] = static_cast<char>(sum >> (8 * i));
    return bytes;
}

template <class T>
T from_bytes(std::string_view bytes) {
    MILLRACE_ASSERT(bytes.size() == sizeof(T));
    T sum = 0;
    for (const char byte : bytes) sum = static_cast<T>(sum << 8) | static_cast<unsigned char>(byte);
    return sum;
}

/// The product modulo the polynomial; the highest bit is x^0.
template <class T>
T multiply(T polynomial, T a, T b) {
    T product = 0;
    for (T bit = T{1} << (std::numeric_limits<T>::digits - 1); bit != 0; bit >>= 1) {
        if ((a & bit) != 0) product ^= b;
        b = (b >> 1) ^ ((b & 1) != 0 ? polynomial : 0);
    }
    return product;
}

/// The first sum moved over `length` bytes, which is a multiplication with x^(8 length), and the second
/// added.
template <class T>
std::string join(T polynomial, std::string_view first, std::string_view second, std::uint64_t length) {
    constexpr int kDigits = std::numeric_limits<T>::digits;
    T power = T{1} << (kDigits - 1);
    for (T square = T{1} << (kDigits - 1 - 8); length != 0; length >>= 1) {  // x^8, x^16, x^32, ...
        if ((length & 1) != 0) power = multiply(polynomial, power, square);
        square = multiply(polynomial, square, square);
    }
    return to_bytes<T>(multiply(polynomial, power, from_bytes<T>(first)) ^ from_bytes<T>(second));
}

struct Names {
    std::string_view name;
    std::string_view title;
};
constexpr std::array<Names, 6> kNames{{{"crc32", "CRC32"},
                                       {"crc32c", "CRC32C"},
                                       {"crc64nvme", "CRC64NVME"},
                                       {"sha1", "SHA1"},
                                       {"sha256", "SHA256"},
                                       {"md5", "MD5"}}};

}  // namespace

std::string_view checksum_name(ChecksumKind kind) {
    return kNames[static_cast<std::size_t>(kind)].name;
}

std::string_view checksum_title(ChecksumKind kind) {
    return kNames[static_cast<std::size_t>(kind)].title;
}

std::optional<ChecksumKind> find_checksum(std::string_view title) {
    const auto kind = std::ranges::find(kChecksumKinds, title, checksum_title);
    return kind == kChecksumKinds.end() ? std::nullopt : std::optional(*kind);
}

std::string checksum(ChecksumKind kind, std::string_view bytes) {
    static const OpensslDigest sha1("SHA1", 20);
    switch (kind) {
        case ChecksumKind::kCrc32:
            return to_bytes(crc32(bytes));
        case ChecksumKind::kCrc32c:
            return to_bytes(millrace::crc32c(bytes));
        case ChecksumKind::kCrc64Nvme:
            return to_bytes(crc64_nvme(bytes));
        case ChecksumKind::kSha1:
            return sha1({bytes});
        case ChecksumKind::kSha256:
            return sha256(bytes);
        case ChecksumKind::kMd5:
            break;
    }
    return md5(bytes);
}

std::string join_checksums(ChecksumKind kind, std::string_view first, std::string_view second,
                           std::uint64_t length) {
    if (kind == ChecksumKind::kCrc32) return join(kCrc32Polynomial, first, second, length);
    if (kind == ChecksumKind::kCrc32c) return join(kCrc32cPolynomial, first, second, length);
    MILLRACE_ASSERT(kind == ChecksumKind::kCrc64Nvme);
    return join(kCrc64NvmePolynomial, first, second, length);
}

}  // namespace millrace::codec
