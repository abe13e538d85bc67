#include "services/logs/filter_pattern.h"

#include <algorithm>
#include <fmt/format.h>

namespace millrace::logs {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_term_character(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           byte >= 0x80;
}

/// Takes a phrase off the front, which begins with its quote; a backslash keeps the next character as it is.
Result<std::string> take_phrase(std::string_view& text) {
    std::string phrase;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return phrase;
        }
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        phrase += text[i];
    }
    return fail(ErrorCode::kInvalidArgument, "Invalid filter pattern: a quote is not closed");
}

Result<std::string> take_term(std::string_view& text) {
    const std::string_view term = text.substr(0, text.find_first_of(kBlanks));
    if (term.empty() || !std::ranges::all_of(term, is_term_character)) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("Invalid character(s) in term '{}'", term));
    }
    text.remove_prefix(term.size());
    return std::string{term};
}

bool contains(std::string_view message, const std::string& term) {
    return message.find(term) != std::string_view::npos;
}

}  // namespace

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
    FilterPattern pattern;
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
        if (text.empty()) return pattern;
        if (text.front() == '{' || text.front() == '[' || text.front() == '%') {
            return fail(
                ErrorCode::kUnimplemented,
                "Filter patterns for JSON, for fields and with regular expressions are not offered; terms, "
                "\"phrases\", -exclusions and ?alternatives are");
        }
        auto& kind = text.front() == '-'   ? pattern.excluded_
                     : text.front() == '?' ? pattern.optional_
                                           : pattern.required_;
        if (&kind != &pattern.required_) text.remove_prefix(1);
        auto term = text.starts_with('"') ? take_phrase(text) : take_term(text);
        if (!term) return std::unexpected(std::move(term.error()));
        kind.push_back(std::move(*term));
    }
}

bool FilterPattern::matches(std::string_view message) const {
    const auto occurs = [&](const std::string& term) { return contains(message, term); };
    if (std::ranges::any_of(excluded_, occurs) || !std::ranges::all_of(required_, occurs)) return false;
    return optional_.empty() || !required_.empty() || std::ranges::any_of(optional_, occurs);
}

}  // namespace millrace::logs
