#pragma once

#include <atomic>
#include <string_view>

namespace re2 {
class RE2;
}

namespace millrace::aws {

/// A regular expression that a whole string must match. Constant data: compiled when first used, from any
/// thread, and kept for the life of the program.
class Pattern {
  public:
    /// `text` is AWS's spelling, for messages; `expression` the same in RE2's. Both must outlive the pattern.
    constexpr Pattern(std::string_view text, std::string_view expression)
        : text_(text), expression_(expression) {}

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] bool matches(std::string_view value) const;
    /// Whether the expression compiles: false is a mistake in the model, found by the generated code's test.
    [[nodiscard]] bool valid() const;

  private:
    [[nodiscard]] const re2::RE2& compiled() const;

    std::string_view text_;
    std::string_view expression_;
    mutable std::atomic<const re2::RE2*> compiled_{nullptr};
};

}  // namespace millrace::aws
