#include "answer.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace millrace::bench {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

/// What follows the name and its colon; moves `json` behind it. No data(): no such name.
std::string_view next_value(std::string_view& json, std::string_view quoted) {
    for (std::size_t at = json.find(quoted); at != std::string_view::npos; at = json.find(quoted)) {
        json.remove_prefix(at + quoted.size());
        const std::size_t colon = json.find_first_not_of(kSpaces);
        if (colon == std::string_view::npos || json[colon] != ':') continue;
        const std::size_t value = json.find_first_not_of(kSpaces, colon + 1);
        if (value == std::string_view::npos) return {};
        json.remove_prefix(value);
        return json;
    }
    return {};
}

/// Of text that begins with a value: a string without its quotes, or all up to what ends a value.
std::string_view whole_value(std::string_view text) {
    if (text.empty() || text[0] != '"') return text.substr(0, text.find_first_of(",}] \t\r\n"));
    for (std::size_t end = 1; end < text.size(); ++end) {
        if (text[end] == '\\') {
            ++end;
        } else if (text[end] == '"') {
            return text.substr(1, end - 1);
        }
    }
    return {};
}

std::string quoted(std::string_view name) {
    return '"' + std::string(name) + '"';
}

bool is_xml(std::string_view answer) {
    const std::size_t first = answer.find_first_not_of(kSpaces);
    return first != std::string_view::npos && answer[first] == '<';
}

/// What follows the tag; moves `xml` there. No data(): no such tag.
std::string_view next_element(std::string_view& xml, std::string_view tag) {
    const std::size_t at = xml.find(tag);
    if (at == std::string_view::npos) return {};
    xml.remove_prefix(at + tag.size());
    return xml;
}

std::vector<std::string_view> matches(std::string_view answer, std::string_view name, std::size_t count_max) {
    std::vector<std::string_view> found;
    const bool xml = is_xml(answer);
    const std::string key = xml ? '<' + std::string(name) + '>' : quoted(name);
    while (found.size() < count_max) {
        const auto rest = xml ? next_element(answer, key) : next_value(answer, key);
        if (rest.data() == nullptr) break;
        found.push_back(xml ? rest.substr(0, rest.find('<')) : whole_value(rest));
    }
    return found;
}

}  // namespace

std::string_view find_value(std::string_view answer, std::string_view name) {
    const auto all = matches(answer, name, 1);
    return all.empty() ? std::string_view() : all.front();
}

std::vector<std::string_view> find_values(std::string_view answer, std::string_view name) {
    return matches(answer, name, SIZE_MAX);
}

std::size_t count_names(std::string_view answer, std::string_view name) {
    std::size_t count = 0;
    const std::string key = is_xml(answer) ? '<' + std::string(name) + '>' : quoted(name);
    if (is_xml(answer)) {
        while (next_element(answer, key).data() != nullptr) ++count;
    } else {
        while (next_value(answer, key).data() != nullptr) ++count;
    }
    return count;
}

bool is_set(std::string_view answer, std::string_view name) {
    if (is_xml(answer)) return count_names(answer, name) > 0;
    const std::string_view value = next_value(answer, quoted(name));
    if (value.empty()) return false;
    if (value[0] == '[' || value[0] == '{') {
        const std::size_t next = value.find_first_not_of(kSpaces, 1);
        return next != std::string_view::npos && value[next] != ']' && value[next] != '}';
    }
    const std::string_view whole = whole_value(value);
    return !whole.empty() && whole != "0" && whole != "false" && whole != "null";
}

std::vector<std::uint64_t> find_ids(std::string_view answer) {
    std::vector<std::uint64_t> found;
    for (const std::string_view key : {R"(id\":)", "id&quot;:", "id&#34;:"}) {
        for (std::size_t at = answer.find(key); at != std::string_view::npos; at = answer.find(key, at)) {
            at = std::min(answer.find_first_not_of(' ', at + key.size()), answer.size());
            std::uint64_t id = 0;
            if (std::from_chars(answer.data() + at, answer.data() + answer.size(), id).ec == std::errc{})
                found.push_back(id);
        }
    }
    return found;
}

}  // namespace millrace::bench
