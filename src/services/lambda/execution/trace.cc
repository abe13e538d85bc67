#include "services/lambda/execution/trace.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <ranges>
#include <vector>

#include "base/number.h"
#include "codec/sha256.h"

namespace millrace::lambda {
namespace {

/// Keeps the header below what SQS takes of one.
constexpr std::size_t kLineageFunctionsMax = 32;

struct Step {
    std::string function;  ///< a few digits that stand for it
    int calls = 0;         ///< before this one
};

using Lineage = std::vector<Step>;

std::string_view field_of(std::string_view header, std::string_view name) {
    for (const auto part : std::views::split(header, ';')) {
        const std::string_view field(part);
        if (field.starts_with(name) && field.substr(name.size()).starts_with('='))
            return field.substr(name.size() + 1);
    }
    return {};
}

int number_of(std::string_view digits) {
    return std::clamp(parse_number<int>(digits).value_or(0), 0, kRecursionMax);
}

/// What cannot be read is left out.
Lineage lineage_of(std::string_view header) {
    Lineage lineage;
    std::string_view text = field_of(header, "Lineage");
    text.remove_prefix(std::min(text.find(':'), text.size() - 1) + 1);  // "1:", of the form
    for (const auto part : std::views::split(text, '|')) {
        const std::string_view step(part);
        const std::size_t colon = step.rfind(':');
        if (colon == std::string_view::npos || lineage.size() == kLineageFunctionsMax) continue;
        lineage.push_back({std::string(step.substr(0, colon)), number_of(step.substr(colon + 1))});
    }
    return lineage;
}

std::string digits_of(const Function& function) {
    return codec::sha256_hex(function.scope.account + function.scope.region + function.name).substr(0, 8);
}

std::string new_root(std::string_view digits, WallTime now) {
    return fmt::format("1-{:08x}-{}", to_millis(now) / 1000, digits.substr(0, 24));
}

int calls_of(const Lineage& lineage) {
    return std::accumulate(lineage.begin(), lineage.end(), 0,
                           [](int sum, const Step& step) { return sum + step.calls + 1; });
}

}  // namespace

std::string next_trace(std::string_view incoming, const Function& function, std::string_view request_id,
                       WallTime now) {
    std::string digits{request_id};  // of the new identifiers, which so repeat the request's own
    std::erase(digits, '-');
    digits.resize(32, '0');

    Lineage lineage = lineage_of(incoming);
    const std::string self = digits_of(function);
    const auto found = std::ranges::find(lineage, self, &Step::function);
    if (found != lineage.end()) {
        ++found->calls;
    } else {
        if (lineage.size() == kLineageFunctionsMax) lineage.erase(lineage.begin());
        lineage.push_back({self, 0});
    }
    std::vector<std::string> steps;
    for (const Step& step : lineage) steps.push_back(fmt::format("{}:{}", step.function, step.calls));

    const std::string_view root = field_of(incoming, "Root");
    return fmt::format("Root={};Parent={};Sampled={};Lineage=1:{}",
                       root.empty() ? new_root(digits, now) : root, digits.substr(16, 16),
                       field_of(incoming, "Sampled") == "1" ? 1 : 0, fmt::join(steps, "|"));
}

bool is_recursion(std::string_view incoming, const Function& function) {
    if (incoming.find("Lineage") == std::string_view::npos) return false;
    const std::string self = digits_of(function);
    return std::ranges::any_of(lineage_of(incoming), [&self](const Step& step) {
        return step.function == self && step.calls + 1 >= kRecursionMax;
    });
}

std::string_view longer_trace(std::string_view one, std::string_view other) {
    if (one.empty() || other.empty()) return one.empty() ? other : one;
    return calls_of(lineage_of(other)) > calls_of(lineage_of(one)) ? other : one;
}

}  // namespace millrace::lambda
