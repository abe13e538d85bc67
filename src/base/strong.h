#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace millrace {

/// A value that cannot be mistaken for another of the same representation:
/// `using LogId = Strong<std::uint64_t, struct LogIdTag>;`
template <class T, class Tag>
class Strong {
  public:
    using Value = T;
    constexpr Strong() = default;
    constexpr explicit Strong(T value) : value_(std::move(value)) {}
    [[nodiscard]] constexpr const T& value() const { return value_; }
    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

  private:
    T value_{};
};

}  // namespace millrace

template <class T, class Tag>
struct std::hash<millrace::Strong<T, Tag>> {
    std::size_t operator()(const millrace::Strong<T, Tag>& strong) const {
        return std::hash<T>{}(strong.value());
    }
};
