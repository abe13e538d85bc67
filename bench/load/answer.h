#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace::bench {

/// What a load must know of an answer, found without reading all of it as JSON: the client shall cost little
/// beside the server. Names are looked for as they stand in JSON ("Name": value, with or without spaces); an
/// object's own strings have their quotes escaped, so that no record or message can be taken for a name. An
/// answer that begins with "<" is XML: <Name>value</Name>.

/// The value of the first such name, without its quotes, escapes as they are; empty when there is none.
[[nodiscard]] std::string_view find_value(std::string_view answer, std::string_view name);

/// Those of all.
[[nodiscard]] std::vector<std::string_view> find_values(std::string_view answer, std::string_view name);

[[nodiscard]] std::size_t count_names(std::string_view answer, std::string_view name);

/// The name has a value that is neither 0 nor false, null, an empty string, list or object: something failed.
[[nodiscard]] bool is_set(std::string_view answer, std::string_view name);

/// The ids that Text's events and messages carry, in an answer's escaped strings.
[[nodiscard]] std::vector<std::uint64_t> find_ids(std::string_view answer);

}  // namespace millrace::bench
