#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
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

    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

}  // namespace millrace::storage
