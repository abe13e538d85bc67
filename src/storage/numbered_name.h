#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::storage {

/// A file's name that sorts as its number does: 20 decimal digits, then the suffix.
[[nodiscard]] std::string numbered_name(std::uint64_t number, std::string_view suffix);
[[nodiscard]] std::optional<std::uint64_t> parse_numbered_name(std::string_view name,
                                                               std::string_view suffix);

}  // namespace millrace::storage
