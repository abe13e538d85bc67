#include "services/ssm/filters.h"

#include <algorithm>
#include <fmt/format.h>

#include "services/ssm/errors.h"

namespace millrace::ssm {
namespace {

using api::ssm::ParameterStringFilter;

constexpr std::string_view kTagKey = "tag:";

bool allows(std::string_view key, std::string_view option) {
    if (key == "Path") return option == "OneLevel" || option == "Recursive";
    if (key == "Name") return option == "Equals" || option == "BeginsWith" || option == "Contains";
    if (key == "Type") return option == "Equals" || option == "BeginsWith";
    return option == "Equals";
}

std::string option_of(const ParameterStringFilter& filter) {
    return filter.option.value_or(filter.key == "Path" ? "OneLevel" : "Equals");
}

bool text_fits(std::string_view option, const std::string& value, std::string_view text) {
    if (option == "BeginsWith") return text.starts_with(value);
    if (option == "Contains") return text.find(value) != std::string_view::npos;
    return text == value;
}

bool value_fits(const ParameterStringFilter& filter, const std::string& value, const Parameter& parameter) {
    const std::string option = option_of(filter);
    if (filter.key == "Path") return is_below(value, option == "Recursive", parameter.name);
    if (filter.key == "Name") return text_fits(option, value, parameter.name);
    if (filter.key == "Type") return text_fits(option, value, parameter.type);
    if (filter.key == "Tier") return value == parameter.tier;
    return value == "text";  // DataType
}

bool tag_fits(const ParameterStringFilter& filter, const Parameter& parameter) {
    const auto tag = parameter.tags.find(filter.key.substr(kTagKey.size()));
    if (tag == parameter.tags.end()) return false;
    return !filter.values || std::ranges::find(*filter.values, tag->second) != filter.values->end();
}

}  // namespace

bool is_below(std::string_view path, bool recursive, std::string_view name) {
    while (path.ends_with('/')) path.remove_suffix(1);
    if (path.empty() && !name.starts_with('/')) return true;  // "a" lies below "/"
    if (!name.starts_with(path) || name.size() <= path.size() || name[path.size()] != '/') return false;
    return recursive || name.find('/', path.size() + 1) == std::string_view::npos;
}

aws::Outcome<Filters> Filters::make(std::optional<std::vector<ParameterStringFilter>> filters) {
    Filters made;
    if (filters) made.filters_ = std::move(*filters);
    for (const ParameterStringFilter& filter : made.filters_) {
        if (filter.key == "KeyId" || filter.key == "Label")
            return std::unexpected(not_offered(fmt::format("A filter by {}", filter.key)));
        if (!allows(filter.key, option_of(filter))) {
            return std::unexpected(api::ssm::invalid_filter_option(
                fmt::format("The following filter option is not valid: {}.", option_of(filter))));
        }
        if (!filter.values && !filter.key.starts_with(kTagKey)) {
            return std::unexpected(api::ssm::invalid_filter_value(
                fmt::format("The following filter values are missing : null for filter key {}", filter.key)));
        }
    }
    return made;
}

bool Filters::hold_for(const Parameter& parameter) const {
    return std::ranges::all_of(filters_, [&](const ParameterStringFilter& filter) {
        if (filter.key.starts_with(kTagKey)) return tag_fits(filter, parameter);
        return std::ranges::any_of(
            *filter.values, [&](const std::string& value) { return value_fits(filter, value, parameter); });
    });
}

}  // namespace millrace::ssm
