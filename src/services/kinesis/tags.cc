#include "services/kinesis/tags.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/utf8.h"
#include "ports/system_tags.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./-=+ @%:").contains(c);
}

/// Of one sequence of several bytes.
char32_t code_point(std::string_view sequence) {
    auto value =
        static_cast<char32_t>(static_cast<unsigned char>(sequence[0]) & (0xff >> (sequence.size() + 1)));
    for (const char c : sequence.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3f);
    return value;
}

/// AWS's range of "Unicode letters": neither punctuation and symbols nor what lies beyond 16 bits.
bool is_letter(char32_t c) {
    return (c >= 0xc0 && c <= 0x1fff) || (c >= 0x2c00 && c <= 0xd7ff);
}

bool is_allowed(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) return false;
        if (length == 1 ? !is_plain(text[0]) : !is_letter(code_point(text.substr(0, length)))) return false;
        text.remove_prefix(length);
    }
    return true;
}

/// The percent sign is named among the valid characters, and refused by another message all the same.
aws::Outcome<void> check_characters(const Tagged& tagged, std::string_view attempt,
                                    const std::vector<std::string_view>& texts) {
    if (!std::ranges::all_of(texts, is_allowed)) {
        return std::unexpected(invalid_argument(
            "Some tags contain invalid characters. Valid characters: Unicode letters, digits, "
            "white space, _ . / = + - % @ :."));
    }
    if (std::ranges::none_of(texts, [](std::string_view text) { return text.contains('%'); })) return {};
    return std::unexpected(invalid_argument(fmt::format(
        "Failed to {} {} {} under account {} because some tags contained illegal characters. The allowed "
        "characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@',':'.",
        attempt, tagged.kind, tagged.name, tagged.scope.account)));
}

}  // namespace

aws::Outcome<void> add_tags(const Tagged& tagged, Tags& tags, Tags given) {
    std::vector<std::string_view> texts;
    for (const auto& [key, value] : given) texts.insert(texts.end(), {key, value});
    if (auto valid = check_characters(tagged, "add tags to", texts); !valid) return valid;
    if (ports::has_system_tag(given)) return std::unexpected(invalid_argument(ports::kSystemTagRefused));
    for (auto& [key, value] : given) tags.insert_or_assign(key, std::move(value));
    if (ports::count_own_tags(tags) <= kTagsPerResourceMax) return {};
    return std::unexpected(invalid_argument(fmt::format(
        "Failed to add tags to {0} {1} under account {2} because a given {0} cannot have more than {3} tags "
        "associated with it.",
        tagged.kind, tagged.name, tagged.scope.account, kTagsPerResourceMax)));
}

aws::Outcome<void> remove_tags(const Tagged& tagged, Tags& tags, const std::vector<std::string>& keys) {
    auto valid = check_characters(tagged, "remove tags from", {keys.begin(), keys.end()});
    if (!valid) return valid;
    if (ports::has_system_tag(keys)) return std::unexpected(invalid_argument(ports::kSystemTagRefused));
    for (const std::string& key : keys) tags.erase(key);
    return {};
}

}  // namespace millrace::kinesis
