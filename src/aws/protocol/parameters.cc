#include "aws/protocol/parameters.h"

#include <algorithm>

#include "base/number.h"

namespace millrace::aws {

Parameters::Parameters(const codec::Form& form) {
    sorted_.reserve(form.size());
    for (const auto& entry : form) sorted_.push_back(&entry);
    // Equal names in the form's order: it holds its entries in one array.
    std::ranges::sort(sorted_, {},
                      [](Entry entry) { return std::pair<std::string_view, Entry>(entry->first, entry); });
}

std::vector<Parameters::Entry>::const_iterator Parameters::lower_bound(std::string_view name) const {
    return std::ranges::lower_bound(sorted_, name, {},
                                    [](Entry entry) -> std::string_view { return entry->first; });
}

const std::string* Parameters::find(std::string_view name) const {
    const auto at = lower_bound(name);
    return at != sorted_.end() && (*at)->first == name ? &(*at)->second : nullptr;
}

bool Parameters::contains(std::string_view name) const {
    if (find(name) != nullptr) return true;
    const std::string below = std::string(name) + '.';
    const auto at = lower_bound(below);
    return at != sorted_.end() && (*at)->first.starts_with(below);
}

std::vector<std::uint32_t> Parameters::indices(std::string_view name) const {
    const std::string below = std::string(name) + '.';
    std::vector<std::uint32_t> numbers;
    for (auto at = lower_bound(below); at != sorted_.end() && (*at)->first.starts_with(below); ++at) {
        const std::string_view rest = std::string_view((*at)->first).substr(below.size());
        const std::string_view digits = rest.substr(0, rest.find('.'));
        const auto number = parse_number<std::uint32_t>(digits);
        // One spelling a number: "01" would name what nobody can look up.
        if (number && !digits.starts_with('0')) {
            numbers.push_back(*number);
        }
    }
    std::ranges::sort(numbers);
    numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
    return numbers;
}

}  // namespace millrace::aws
