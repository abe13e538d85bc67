#include "services/kinesis/sequence_number.h"

#include <array>
#include <cstddef>

namespace millrace::kinesis {
namespace {

using Wide = unsigned __int128;
/// 192 bits, most significant limb first.
using Limbs = std::array<std::uint64_t, 3>;

constexpr std::size_t kDigits = 56;
constexpr std::uint64_t kTopBit = std::uint64_t{1} << 57;
constexpr unsigned kCreatedShift = 10;
constexpr std::uint64_t kCreatedMask = (std::uint64_t{1} << 47) - 1;
constexpr std::uint32_t kFormat = 2;

constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000U;  // 10^19: the largest power of ten in a limb
constexpr std::size_t kChunkDigits = 19;

/// Divides in place and returns the remainder.
std::uint64_t divide(Limbs& limbs, std::uint64_t divisor) {
    Wide remainder = 0;
    for (std::uint64_t& limb : limbs) {
        const Wide dividend = (remainder << 64) | limb;
        limb = static_cast<std::uint64_t>(dividend / divisor);
        remainder = dividend % divisor;
    }
    return static_cast<std::uint64_t>(remainder);
}

/// limbs = limbs * factor + addend. 56 digits fit 192 bits, so nothing is carried out.
void multiply_add(Limbs& limbs, std::uint64_t factor, std::uint64_t addend) {
    Wide carry = addend;
    for (std::size_t i = limbs.size(); i-- > 0;) {
        carry += Wide{limbs[i]} * factor;
        limbs[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
}

}  // namespace

std::string to_string(const SequenceNumber& number) {
    const auto created = static_cast<std::uint64_t>(to_millis(number.shard_created)) & kCreatedMask;
    Limbs limbs{kTopBit | created << kCreatedShift,
                std::uint64_t{number.shard_index} << 32 | number.position >> 32,
                number.position << 32 | kFormat};
    std::string text(kDigits, '0');
    for (std::size_t end = kDigits; end > 0;) {
        const std::size_t begin = end > kChunkDigits ? end - kChunkDigits : 0;
        std::uint64_t chunk = divide(limbs, kChunk);
        while (end > begin) {
            text[--end] = static_cast<char>('0' + chunk % 10);
            chunk /= 10;
        }
    }
    return text;
}

std::optional<SequenceNumber> parse_sequence_number(std::string_view text) {
    if (text.size() != kDigits) return std::nullopt;
    Limbs limbs{};
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        multiply_add(limbs, 10, static_cast<std::uint64_t>(c - '0'));
    }
    const std::uint64_t created = limbs[0] >> kCreatedShift & kCreatedMask;
    if (limbs[0] != (kTopBit | created << kCreatedShift)) return std::nullopt;
    if (static_cast<std::uint32_t>(limbs[2]) != kFormat) return std::nullopt;
    return SequenceNumber{.shard_created = from_millis(static_cast<std::int64_t>(created)),
                          .shard_index = static_cast<std::uint32_t>(limbs[1] >> 32),
                          .position = limbs[1] << 32 | limbs[2] >> 32};
}

}  // namespace millrace::kinesis
