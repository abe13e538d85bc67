#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::lambda {

/// Reads a record of the catalog with `read`, which may throw. kCorruption: "<what> in the catalog is
/// damaged".
template <class T, class Read>
Result<T> read_record(std::string_view text, std::string_view what, Read read) {
    try {
        return read(boost::json::parse(text).as_object());
    } catch (const std::exception& error) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("{} in the catalog is damaged: {}", what, error.what()));
    }
}

// Members of a record; what earlier builds did not write has the default.

[[nodiscard]] inline std::string text_or_empty(const boost::json::object& object, std::string_view key) {
    const boost::json::value* value = object.if_contains(key);
    return value == nullptr ? std::string() : boost::json::value_to<std::string>(*value);
}

[[nodiscard]] inline std::int64_t number_or(const boost::json::object& object, std::string_view key,
                                            std::int64_t otherwise) {
    const boost::json::value* value = object.if_contains(key);
    return value == nullptr ? otherwise : value->to_number<std::int64_t>();
}

}  // namespace millrace::lambda
