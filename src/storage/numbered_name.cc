#include "storage/numbered_name.h"

#include <charconv>
#include <fmt/format.h>

namespace millrace::storage {
namespace {

constexpr std::size_t kDigits = 20;

}  // namespace

std::string numbered_name(std::uint64_t number, std::string_view suffix) {
    return fmt::format("{:020}{}", number, suffix);
}

std::optional<std::uint64_t> parse_numbered_name(std::string_view name, std::string_view suffix) {
    if (name.size() != kDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, number);
    if (error != std::errc{} || end != name.data() + kDigits) return std::nullopt;
    return number;
}

}  // namespace millrace::storage
