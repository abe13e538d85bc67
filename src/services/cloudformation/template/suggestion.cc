#include "services/cloudformation/template/suggestion.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/ascii.h"

namespace millrace::cloudformation {

namespace {

/// Single-character edits between the two, for names of ordinary length.
std::size_t edit_distance(const std::string& from, const std::string& to) {
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row[to.size()];
}

}  // namespace

std::string suggestion(std::string_view wrong, const std::vector<ports::PropertyModel>& known) {
    constexpr std::size_t kDistanceMax = 3;
    constexpr std::size_t kNameMax = 64;
    if (wrong.size() > kNameMax) return {};
    std::size_t best = kDistanceMax + 1;
    std::string_view nearest;
    for (const ports::PropertyModel& property : known) {
        const std::size_t distance = edit_distance(to_lower(wrong), to_lower(property.name));
        if (distance < std::min(best, wrong.size())) {  // some letter is to be the same
            best = distance;
            nearest = property.name;
        }
    }
    return nearest.empty() ? std::string() : fmt::format(" Did you mean {}?", nearest);
}

}  // namespace millrace::cloudformation
