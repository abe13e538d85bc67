#include "storage/numbered_name.h"

#include <fmt/format.h>

#include "base/number.h"

namespace millrace::storage {
namespace {

constexpr std::size_t kDigits = 20;

}  // namespace

std::string numbered_name(std::uint64_t number, std::string_view suffix) {
    return fmt::format("{:020}{}", number, suffix);
}

std::optional<std::uint64_t> parse_numbered_name(std::string_view name, std::string_view suffix) {
    if (name.size() != kDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
    return parse_number<std::uint64_t>(name.substr(0, kDigits));
}

}  // namespace millrace::storage
