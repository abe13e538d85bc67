#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace millrace::cloudformation::sam {

/// As Python's json.dumps(value, separators=(",", ":"), sort_keys=True) writes it: members by name, ASCII
/// only.
[[nodiscard]] std::string stable_json(const boost::json::value& value);

/// The first 10 digits of the SHA-1 of that; empty for what is empty.
[[nodiscard]] std::string short_hash(const boost::json::value& value);

/// The name that SAM gives a condition it makes for the resource.
[[nodiscard]] std::string condition_name(std::string name, std::string_view resource);

}  // namespace millrace::cloudformation::sam
