#include "services/cloudformation/template/parameters.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/number.h"
#include "base/utf8.h"
#include "services/cloudformation/template/allowed_pattern.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> items;
    while (true) {
        const auto comma = text.find(',');
        items.emplace_back(trim(text.substr(0, comma)));
        if (comma == std::string_view::npos) return items;
        text.remove_prefix(comma + 1);
    }
}

std::vector<std::string> items_of(ParameterType type, const std::string& text) {
    return is_list(type) && !is_looked_up(type) ? split_list(text) : std::vector{text};
}

/// A broken constraint is told in the template author's words where there are any.
std::unexpected<Error> violated(const ParameterDeclaration& parameter, const std::string& rule) {
    if (!parameter.constraint_description.empty()) {
        return template_error(fmt::format("Parameter '{}' failed to satisfy constraint: {}", parameter.name,
                                          parameter.constraint_description));
    }
    return template_error(fmt::format("Parameter '{}' {}", parameter.name, rule));
}

Result<> check_number(const ParameterDeclaration& parameter, const std::string& text) {
    const auto number = parse_number<double>(text);
    if (!number) return violated(parameter, "must be a number.");
    if (parameter.min_value && *number < *parameter.min_value) {
        return violated(parameter, fmt::format("must be a number not less than {}", *parameter.min_value));
    }
    if (parameter.max_value && number > *parameter.max_value) {
        return violated(parameter, fmt::format("must be a number not greater than {}", *parameter.max_value));
    }
    return {};
}

Result<> check_text(const ParameterDeclaration& parameter, const std::string& text) {
    const std::size_t length = utf8_length(text);
    if (parameter.min_length && length < *parameter.min_length) {
        return violated(parameter, fmt::format("must contain at least {} characters", *parameter.min_length));
    }
    if (parameter.max_length && length > *parameter.max_length) {
        return violated(parameter, fmt::format("must contain at most {} characters", *parameter.max_length));
    }
    if (parameter.allowed_pattern.empty()) return {};
    auto matches = matches_pattern(parameter.allowed_pattern, text);
    if (!matches) {
        return template_error(fmt::format("Parameter '{}' cannot be matched with its AllowedPattern: {}",
                                          parameter.name, matches.error().message));
    }
    if (*matches) return {};
    return violated(parameter, fmt::format("must match pattern {}", parameter.allowed_pattern));
}

Result<> check_value(const ParameterDeclaration& parameter, const std::string& text) {
    if (text.size() > kParameterValueBytesMax) {
        return template_error(fmt::format("Parameter '{}' must contain at most {} bytes", parameter.name,
                                          kParameterValueBytesMax));
    }
    const bool numeric =
        parameter.type == ParameterType::kNumber || parameter.type == ParameterType::kNumberList;
    for (const std::string& item : items_of(parameter.type, text)) {
        if (!parameter.allowed_values.empty() &&
            std::ranges::find(parameter.allowed_values, item) == parameter.allowed_values.end()) {
            return violated(parameter, "must be one of AllowedValues");
        }
        if (auto checked = numeric ? check_number(parameter, item) : check_text(parameter, item); !checked) {
            return checked;
        }
    }
    return {};
}

}  // namespace

Result<ParameterValues> resolve_parameters(const std::vector<ParameterDeclaration>& declared,
                                           const ParameterValues& given) {
    std::vector<std::string> unknown;
    for (const auto& entry : given) {
        if (std::ranges::find(declared, entry.first, &ParameterDeclaration::name) == declared.end())
            unknown.push_back(entry.first);
    }
    if (!unknown.empty()) {
        return template_error(
            fmt::format("Parameters: [{}] do not exist in the template", fmt::join(unknown, ", ")));
    }
    ParameterValues values;
    std::vector<std::string> missing;
    std::vector<std::string> places;
    for (const ParameterDeclaration& parameter : declared) {
        if (const auto found = given.find(parameter.name); found != given.end()) {
            values.insert(*found);
        } else if (parameter.default_value) {
            values.emplace(parameter.name, *parameter.default_value);
        } else {
            missing.push_back(parameter.name);
            places.push_back(fmt::format("{}, line {}", parameter.name, parameter.line));
        }
    }
    if (!missing.empty()) {
        return template_error(fmt::format("Parameters: [{}] must have values ({})", fmt::join(missing, ", "),
                                          fmt::join(places, "; ")));
    }
    for (const ParameterDeclaration& parameter : declared) {
        if (auto checked = check_value(parameter, values[parameter.name]); !checked) {
            return std::unexpected(checked.error());
        }
    }
    return values;
}

boost::json::value parameter_reference(ParameterType type, const std::string& text) {
    if (!is_list(type)) return boost::json::value(text);
    boost::json::array list;
    for (const std::string& item : split_list(text)) list.emplace_back(item);
    return list;
}

}  // namespace millrace::cloudformation
