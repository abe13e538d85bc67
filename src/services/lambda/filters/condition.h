#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "codec/json.h"

namespace millrace::lambda {

/// Values of `numeric` operators that AWS takes.
inline constexpr double kFilterNumberMax = 5e9;

/// What a filter pattern asks of one value of a record.
struct Condition {
    struct Equals {
        codec::Json value;  ///< string, number, boolean or null
    };
    struct EqualsIgnoreCase {
        std::string text;  ///< ASCII letters are alike in both cases
    };
    struct Prefix {
        std::string text;
    };
    struct Suffix {
        std::string text;
    };
    struct Bound {
        codec::Json value;
        bool inclusive;
    };
    struct Range {
        std::optional<Bound> low;
        std::optional<Bound> high;
    };
    struct Exists {
        bool wanted;
    };
    struct AnythingBut {
        std::vector<Condition> excluded;
    };

    std::variant<Equals, EqualsIgnoreCase, Prefix, Suffix, Range, Exists, AnythingBut> test;

    /// One element of a pattern's array; nullopt when it is no valid one.
    [[nodiscard]] static std::optional<Condition> parse(const codec::Json& element);

    /// `value` is no object and no array.
    [[nodiscard]] bool matches(const codec::Json& value) const;
    [[nodiscard]] bool matches_absence() const;
};

}  // namespace millrace::lambda
