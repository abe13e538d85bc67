#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::storage {

static_assert(std::endian::native == std::endian::little,
              "formats are little-endian and written as they lie in memory");

/// Appends the integer, little-endian.
template <class Integer>
void put(std::string& out, Integer value) {
    char bytes[sizeof(Integer)];
    std::memcpy(bytes, &value, sizeof(bytes));
    out.append(bytes, sizeof(bytes));
}

/// A length (u32) and the bytes.
inline void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

/// Seven bits an octet, the lowest first; the highest bit says that another octet follows. Returns where it
/// ends: what comes next goes there.
template <class Out>
Out put_varint_at(Out out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
    *out++ = static_cast<char>(value);
    return out;
}
inline void put_varint(std::string& out, std::uint64_t value) {
    put_varint_at(std::back_inserter(out), value);
}

/// So many octets put_varint() appends.
[[nodiscard]] constexpr std::size_t varint_bytes(std::uint64_t value) {
    return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

/// Takes values off the front of bytes that may be anything: what is not there is nullopt.
class BinaryReader {
  public:
    explicit BinaryReader(std::string_view bytes) : rest_(bytes) {}

    template <class Integer>
    std::optional<Integer> take() {
        if (rest_.size() < sizeof(Integer)) return std::nullopt;
        Integer value;
        std::memcpy(&value, rest_.data(), sizeof(value));
        rest_.remove_prefix(sizeof(value));
        return value;
    }

    std::optional<std::string_view> take_text() {
        const auto size = take<std::uint32_t>();
        if (!size || *size > rest_.size()) return std::nullopt;
        const std::string_view text = rest_.substr(0, *size);
        rest_.remove_prefix(*size);
        return text;
    }

    /// Refuses what put_varint() would have written with fewer octets.
    std::optional<std::uint64_t> take_varint() {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < rest_.size() && i < varint_bytes(~std::uint64_t{0}); ++i) {
            const auto octet = static_cast<unsigned char>(rest_[i]);
            const std::uint64_t bits = octet & 0x7fU;
            value |= bits << (7 * i);
            if ((octet & 0x80U) != 0) continue;
            if (varint_bytes(value) != i + 1 || value >> (7 * i) != bits) return std::nullopt;
            rest_.remove_prefix(i + 1);
            return value;
        }
        return std::nullopt;
    }

    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

}  // namespace millrace::storage
