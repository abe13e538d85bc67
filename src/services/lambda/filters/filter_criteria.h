#pragma once

#include <span>
#include <string>
#include <vector>

#include "services/lambda/filters/filter_pattern.h"

namespace millrace::lambda {

/// Filters a mapping may have: AWS's quota that is not raised.
inline constexpr std::size_t kFiltersMax = 5;

/// The compiled FilterCriteria of a mapping: a record passes when a pattern matches, or when there is none.
class FilterCriteria {
  public:
    enum class Source { kKinesis, kSqs };

    FilterCriteria() = default;
    /// kInvalidArgument when there are more than kFiltersMax, or one is invalid.
    [[nodiscard]] static Result<FilterCriteria> compile(std::span<const std::string> patterns, Source source);

    [[nodiscard]] bool empty() const { return patterns_.empty(); }
    [[nodiscard]] bool matches(const codec::JsonObject& record) const;
    /// Whether a pattern looks at the part of the record that its producer wrote.
    [[nodiscard]] bool asks_for_document() const;

  private:
    std::vector<FilterPattern> patterns_;
};

/// What producers wrote, as FilterPattern wants it: an object or array, else a string.
[[nodiscard]] codec::Json filter_document(std::string_view text);

}  // namespace millrace::lambda
