#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace millrace::logs {

/// A filter pattern for unstructured events (CloudWatch Logs User Guide, "Filter pattern syntax"): terms that
/// must all occur, "phrases in quotes", -terms that must not occur, and ?terms of which one must occur when
/// there are no others. Case matters. The empty pattern matches everything.
///
/// Patterns for JSON ({ $.level = "x" }), for fields ([a, b]) and regular expressions (%x%) are refused with
/// kUnimplemented.
class FilterPattern {
  public:
    [[nodiscard]] static Result<FilterPattern> parse(std::string_view text);

    [[nodiscard]] bool matches(std::string_view message) const;

  private:
    std::vector<std::string> required_;
    std::vector<std::string> excluded_;
    std::vector<std::string> optional_;
};

}  // namespace millrace::logs
