#include "services/kinesis/sequence_number.h"

#include <array>
#include <cstddef>

namespace millrace::kinesis {
namespace {

/// 192 bits, most significant limb first. Half as wide as could be, so that dividing one by a constant is
/// multiplying.
using Limbs = std::array<std::uint32_t, 6>;

constexpr std::size_t kDigits = 56;
constexpr std::uint64_t kTopBit = std::uint64_t{1} << 57;
constexpr unsigned kCreatedShift = 10;
constexpr std::uint64_t kCreatedMask = (std::uint64_t{1} << 47) - 1;
constexpr std::uint32_t kFormat = 2;

constexpr std::uint32_t kChunk = 1'000'000'000;  // the largest power of ten in a limb
constexpr std::size_t kChunkDigits = 9;

std::uint32_t high_half(std::uint64_t word) {
    return static_cast<std::uint32_t>(word >> 32);
}

std::uint32_t low_half(std::uint64_t word) {
    return static_cast<std::uint32_t>(word);
}

std::uint64_t joined(std::uint32_t high, std::uint32_t low) {
    return std::uint64_t{high} << 32 | low;
}

/// Takes the last nine digits off.
std::uint32_t take_chunk(Limbs& limbs) {
    std::uint64_t remainder = 0;
    for (std::uint32_t& limb : limbs) {
        const std::uint64_t dividend = remainder << 32 | limb;
        limb = static_cast<std::uint32_t>(dividend / kChunk);
        remainder = dividend % kChunk;
    }
    return static_cast<std::uint32_t>(remainder);
}

/// 56 digits fit 192 bits, so nothing is carried out.
void append_digit(Limbs& limbs, std::uint32_t digit) {
    std::uint64_t carry = digit;
    for (std::size_t i = limbs.size(); i-- > 0;) {
        carry += std::uint64_t{limbs[i]} * 10;
        limbs[i] = low_half(carry);
        carry >>= 32;
    }
}

}  // namespace

std::string to_string(const SequenceNumber& number) {
    const auto created = static_cast<std::uint64_t>(to_millis(number.shard_created)) & kCreatedMask;
    const std::uint64_t head = kTopBit | created << kCreatedShift;
    Limbs limbs{high_half(head),           low_half(head), number.shard_index, high_half(number.position),
                low_half(number.position), kFormat};
    std::string text(kDigits, '0');
    for (std::size_t end = kDigits; end > 0;) {
        const std::size_t begin = end > kChunkDigits ? end - kChunkDigits : 0;
        std::uint32_t chunk = take_chunk(limbs);
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
        append_digit(limbs, static_cast<std::uint32_t>(c - '0'));
    }
    const std::uint64_t head = joined(limbs[0], limbs[1]);
    const std::uint64_t created = head >> kCreatedShift & kCreatedMask;
    if (head != (kTopBit | created << kCreatedShift)) return std::nullopt;
    if (limbs[5] != kFormat) return std::nullopt;
    return SequenceNumber{.shard_created = from_millis(static_cast<std::int64_t>(created)),
                          .shard_index = limbs[2],
                          .position = joined(limbs[3], limbs[4])};
}

}  // namespace millrace::kinesis
