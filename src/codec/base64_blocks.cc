#include "codec/base64_blocks.h"

#if defined(__x86_64__)
#include <immintrin.h>

// The arithmetic is that of W. Muła and D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2
// Instructions", ACM Transactions on the Web 12(3), 2018: digits are told apart and translated by looking up
// their halves in registers of 16 bytes, and bits are moved by multiplying.

#define MILLRACE_AVX2 __attribute__((target("avx2")))

namespace millrace::codec {
namespace {

/// One row of 16 bytes for both halves of a register.
MILLRACE_AVX2 __m256i twice(__m128i row) {
    return _mm256_broadcastsi128_si256(row);
}

MILLRACE_AVX2 __m128i load_half(const char* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

/// 24 bytes, 12 in each half, as 32 numbers of 6 bits.
MILLRACE_AVX2 __m256i split_into_sixes(__m256i bytes) {
    const __m256i order = twice(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    const __m256i groups = _mm256_shuffle_epi8(bytes, order);
    const __m256i first_and_third = _mm256_mulhi_epu16(
        _mm256_and_si256(groups, _mm256_set1_epi32(0x0fc0fc00)), _mm256_set1_epi32(0x04000040));
    const __m256i second_and_fourth = _mm256_mullo_epi16(
        _mm256_and_si256(groups, _mm256_set1_epi32(0x003f03f0)), _mm256_set1_epi32(0x01000010));
    return _mm256_or_si256(first_and_third, second_and_fourth);
}

/// Adds to each number the distance to its digit; the row is looked up by 13 for 0 to 25, by 0 for 26 to 51,
/// and by the number less 51 above that.
MILLRACE_AVX2 __m256i digits_of(__m256i sixes) {
    const __m256i distances =
        twice(_mm_setr_epi8(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0));
    const __m256i above_letters = _mm256_subs_epu8(sixes, _mm256_set1_epi8(51));
    const __m256i capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), sixes);
    const __m256i row = _mm256_or_si256(above_letters, _mm256_and_si256(capital, _mm256_set1_epi8(13)));
    return _mm256_add_epi8(sixes, _mm256_shuffle_epi8(distances, row));
}

struct Sixes {
    __m256i numbers;
    bool good;  ///< whether all 32 characters were digits
};

MILLRACE_AVX2 Sixes sixes_of(__m256i digits) {
    // A character is a digit if the sets of faults that its two halves stand for have nothing in common.
    const __m256i faults_by_low = twice(_mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                                      0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a));
    const __m256i faults_by_high = twice(_mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10,
                                                       0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10));
    const __m256i distances = twice(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
    // Also keeps the lowest bit of the half above, which shuffling by 16 bytes does not look at.
    const __m256i slash = _mm256_set1_epi8(0x2f);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi32(digits, 4), slash);
    const __m256i low = _mm256_and_si256(digits, slash);
    const bool good = _mm256_testz_si256(_mm256_shuffle_epi8(faults_by_low, low),
                                         _mm256_shuffle_epi8(faults_by_high, high)) != 0;
    const __m256i row = _mm256_add_epi8(_mm256_cmpeq_epi8(digits, slash), high);
    return {.numbers = _mm256_add_epi8(digits, _mm256_shuffle_epi8(distances, row)), .good = good};
}

/// 32 numbers of 6 bits as 24 bytes, followed by 8 of no meaning.
MILLRACE_AVX2 __m256i join_sixes(__m256i sixes) {
    const __m256i twelves = _mm256_maddubs_epi16(sixes, _mm256_set1_epi32(0x01400140));
    const __m256i groups = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
    const __m256i order = twice(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    return _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, order),
                                       _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
}

MILLRACE_AVX2 std::size_t encode_by_avx2(char* to, std::string_view bytes) {
    constexpr std::size_t kRead = 28;  // the second half is loaded with four bytes too many
    std::size_t done = 0;
    for (; bytes.size() - done >= kRead; done += 24, to += 32) {
        const char* const from = bytes.data() + done;
        const __m256i block = _mm256_set_m128i(load_half(from + 12), load_half(from));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), digits_of(split_into_sixes(block)));
    }
    return done;
}

MILLRACE_AVX2 std::size_t decode_by_avx2(char* to, std::string_view digits) {
    constexpr std::size_t kNeeded = 44;  // whose bytes have room for all 32 that are stored
    std::size_t done = 0;
    for (; digits.size() - done >= kNeeded; done += 32, to += 24) {
        const char* const from = digits.data() + done;
        const Sixes sixes = sixes_of(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
        if (!sixes.good) break;
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), join_sixes(sixes.numbers));
    }
    return done;
}

bool has_avx2() {
    static const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
    return kHasAvx2;
}

}  // namespace

std::size_t encode_base64_blocks(char* to, std::string_view bytes) {
    return has_avx2() ? encode_by_avx2(to, bytes) : 0;
}

std::size_t decode_base64_blocks(char* to, std::string_view digits) {
    return has_avx2() ? decode_by_avx2(to, digits) : 0;
}

}  // namespace millrace::codec

#else

namespace millrace::codec {

std::size_t encode_base64_blocks(char*, std::string_view) {
    return 0;
}

std::size_t decode_base64_blocks(char*, std::string_view) {
    return 0;
}

}  // namespace millrace::codec

#endif
