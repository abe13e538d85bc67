#include "base/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#endif

namespace millrace {
namespace {

constexpr std::uint32_t kPolynomialReversed = 0x82F63B78;

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomialReversed : 0);
        table[byte] = crc;
    }
    return table;
}

std::uint32_t extend_portable(std::uint32_t crc, const char* data, std::size_t size) {
    static constexpr auto kTable = make_table();
    for (; size > 0; --size, ++data)
        crc = kTable[(crc ^ static_cast<unsigned char>(*data)) & 0xff] ^ (crc >> 8);
    return crc;
}

#if defined(__x86_64__)
#define MILLRACE_CRC_TARGET __attribute__((target("sse4.2,pclmul")))

/// x^n modulo the polynomial, bit 31 being x^0.
constexpr std::uint32_t power_of_x(std::size_t n) {
    std::uint32_t power = 1U << 31;
    for (; n > 0; --n) power = (power >> 1) ^ ((power & 1) != 0 ? kPolynomialReversed : 0);
    return power;
}

/// What fold() multiplies the high and the low half with to move them `bits` towards the message's end: the
/// product of bit-reversed factors is x^33 too large.
template <std::size_t bits>
MILLRACE_CRC_TARGET __m128i fold_factors() {
    constexpr std::uint32_t kFirstHalf = power_of_x(64 + bits - 33);
    constexpr std::uint32_t kSecondHalf = power_of_x(bits - 33);
    return _mm_set_epi64x(kSecondHalf, kFirstHalf);
}

MILLRACE_CRC_TARGET __m128i load(const char* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

/// Bytes that have the same remainder as `bytes` followed by those up to where `next` stands.
MILLRACE_CRC_TARGET __m128i fold(__m128i bytes, __m128i factors, __m128i next) {
    const __m128i first = _mm_clmulepi64_si128(bytes, factors, 0x00);
    const __m128i second = _mm_clmulepi64_si128(bytes, factors, 0x11);
    return _mm_xor_si128(_mm_xor_si128(first, second), next);
}

MILLRACE_CRC_TARGET std::uint32_t extend_by_words(std::uint32_t crc, const char* data, std::size_t size) {
    std::uint64_t wide = crc;
    for (; size >= 8; size -= 8, data += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, sizeof(word));
        wide = _mm_crc32_u64(wide, word);
    }
    crc = static_cast<std::uint32_t>(wide);
    for (; size > 0; --size, ++data) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(*data));
    return crc;
}

/// Four streams of 16 bytes at a time are multiplied forward, folded into one, and what remains of them goes
/// through the crc32 instruction, which alone is slower: each waits for the one before.
MILLRACE_CRC_TARGET std::uint32_t extend_by_folding(std::uint32_t crc, const char* data, std::size_t size) {
    constexpr std::size_t kStride = 64;
    if (size < 2 * kStride) return extend_by_words(crc, data, size);
    const __m128i by_four = fold_factors<8 * kStride>();
    __m128i a = _mm_xor_si128(load(data), _mm_cvtsi32_si128(static_cast<int>(crc)));
    __m128i b = load(data + 16);
    __m128i c = load(data + 32);
    __m128i d = load(data + 48);
    for (data += kStride, size -= kStride; size >= kStride; data += kStride, size -= kStride) {
        a = fold(a, by_four, load(data));
        b = fold(b, by_four, load(data + 16));
        c = fold(c, by_four, load(data + 32));
        d = fold(d, by_four, load(data + 48));
    }
    const __m128i by_one = fold_factors<8 * 16>();
    d = fold(fold(fold(a, by_one, b), by_one, c), by_one, d);
    for (; size >= 16; data += 16, size -= 16) d = fold(d, by_one, load(data));
    const std::uint64_t first = _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(d)));
    crc =
        static_cast<std::uint32_t>(_mm_crc32_u64(first, static_cast<std::uint64_t>(_mm_extract_epi64(d, 1))));
    return extend_by_words(crc, data, size);
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
#if defined(__x86_64__)
    static const bool has_instructions =
        __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
    if (has_instructions) return ~extend_by_folding(~crc, bytes.data(), bytes.size());
#endif
    return ~extend_portable(~crc, bytes.data(), bytes.size());
}

}  // namespace millrace
