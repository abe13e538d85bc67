#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace millrace::kinesis {

/// Appends the integer in little-endian order.
template <std::unsigned_integral T>
void put_integer(std::string& out, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

inline void put_time(std::string& out, WallTime time) {
    put_integer(out, static_cast<std::uint64_t>(to_millis(time)));
}

/// Takes integers and bytes from the front; nothing when fewer are left, and then nothing is taken.
class WireReader {
  public:
    explicit WireReader(std::string_view bytes) : rest_(bytes) {}

    template <std::unsigned_integral T>
    [[nodiscard]] std::optional<T> integer() {
        if (rest_.size() < sizeof(T)) return std::nullopt;
        T value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            value = static_cast<T>(
                value | static_cast<T>(static_cast<T>(static_cast<unsigned char>(rest_[i])) << (8 * i)));
        }
        rest_.remove_prefix(sizeof(T));
        return value;
    }

    [[nodiscard]] std::optional<std::string_view> bytes(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    /// A moment after 1970 and before the year 10000: whatever clients forge, arithmetic with it cannot
    /// overflow.
    [[nodiscard]] std::optional<WallTime> time() {
        constexpr std::uint64_t kMillisMax = 253'402'300'799'999;
        const auto millis = integer<std::uint64_t>();
        if (!millis || *millis > kMillisMax) return std::nullopt;
        return from_millis(static_cast<std::int64_t>(*millis));
    }

    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

}  // namespace millrace::kinesis
