#include <fmt/format.h>

#include "services/cloudformation/template/evaluator.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/networks.h"
#include "services/cloudformation/template/stack_output.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

bool is_unknown_value(const std::optional<json::value>& value) {
    return value && value->is_string() && is_unknown(value->get_string());
}

json::value list_of(const std::vector<std::string>& items) {
    return json::array(items.begin(), items.end());
}

}  // namespace

Evaluated Evaluator::select(const json::array& arguments, const std::string& path) {
    auto index = whole_number(arguments[0], "Fn::Select requires an integer index", path);
    if (!index) return std::unexpected(index.error());
    auto items = value(arguments[1], path);
    if (!items) return items;
    if (is_unknown_value(*items)) return unknown_value();
    if (!*items || !(*items)->is_array()) {
        return template_error(
            fmt::format("Template error: Fn::Select requires a list argument with two elements: an "
                        "integer index and a list "
                        "(at {})",
                        path));
    }
    json::array& chosen = (*items)->get_array();
    if (*index >= chosen.size()) {
        return template_error(fmt::format(
            "Template error: Fn::Select cannot select nonexistent value at index {} (at {})", *index, path));
    }
    return std::move(chosen[*index]);
}

Evaluated Evaluator::split(const json::array& arguments, const std::string& path) {
    auto whole = text(arguments[1], "Fn::Split", path);
    if (!whole) return std::unexpected(whole.error());
    if (is_unknown(*whole)) return unknown_value();
    const std::string_view delimiter = arguments[0].get_string();
    json::array result;
    std::string_view rest = *whole;
    while (true) {
        const auto at = rest.find(delimiter);
        result.emplace_back(rest.substr(0, at));
        if (at == std::string_view::npos) break;
        rest.remove_prefix(at + delimiter.size());
    }
    return json::value(std::move(result));
}

Evaluated Evaluator::find_in_map(const json::array& arguments, const std::string& path) {
    const json::value* otherwise = default_of_find_in_map(arguments);
    std::string keys[3];
    for (std::size_t i = 0; i < 3; ++i) {
        auto key = text(arguments[i], "Fn::FindInMap", path);
        if (!key) return std::unexpected(key.error());
        keys[i] = std::move(*key);
    }
    const json::value* map = environment_.source->mappings.if_contains(keys[0]);
    if (map == nullptr && otherwise == nullptr) {
        return template_error(fmt::format(
            "Template error: Mapping named '{}' is not present in the 'Mappings' section of template.",
            keys[0]));
    }
    const json::value* level = map == nullptr ? nullptr : map->get_object().if_contains(keys[1]);
    const json::value* found = level == nullptr ? nullptr : level->get_object().if_contains(keys[2]);
    if (found != nullptr) return charged(*found, path);
    if (otherwise != nullptr) return value(*otherwise, path);
    return template_error(
        fmt::format("Template error: Unable to get mapping for {}::{}::{}", keys[0], keys[1], keys[2]));
}

Evaluated Evaluator::length(const json::value& argument, const std::string& path) {
    auto items = value(argument, path);
    if (!items) return items;
    if (is_unknown_value(*items)) return unknown_value();
    if (!*items || !(*items)->is_array()) {
        return template_error(fmt::format("Template error: Fn::Length needs a list, at {}", path));
    }
    return json::value(static_cast<std::int64_t>((*items)->get_array().size()));
}

Evaluated Evaluator::cidr(const json::array& arguments, const std::string& path) {
    auto block = text(arguments[0], "Fn::Cidr", path);
    if (!block) return std::unexpected(block.error());
    auto count = whole_number(arguments[1], "Fn::Cidr requires a whole number of blocks", path);
    if (!count) return std::unexpected(count.error());
    auto bits = whole_number(arguments[2], "Fn::Cidr requires a whole number of bits", path);
    if (!bits) return std::unexpected(bits.error());
    if (is_unknown(*block)) return unknown_value();
    auto blocks = split_address_block(*block, *count, *bits);
    if (!blocks) return template_error(fmt::format("{} (at {})", blocks.error().message, path));
    return charged(list_of(*blocks), path);
}

Evaluated Evaluator::get_azs(const json::value& argument, const std::string& path) {
    auto region = text(argument, "Fn::GetAZs", path);
    if (!region) return std::unexpected(region.error());
    if (region->empty()) {
        auto own = ref("AWS::Region", path);
        region = as_text(std::move(own), "Fn::GetAZs", path);
        if (!region) return std::unexpected(region.error());
    }
    return charged(list_of(availability_zones(*region)), path);
}

std::string no_export(std::string_view name) {
    return fmt::format("No export named {} found.", name);
}

Evaluated Evaluator::import_value(const json::value& argument, const std::string& path) {
    auto name = text(argument, "Fn::ImportValue", path);
    if (!name) return std::unexpected(name.error());
    if (is_unknown(*name)) return unknown_value();
    const auto found = environment_.exports.find(*name);
    const bool plans = environment_.imported != nullptr;
    if (plans) environment_.imported->insert(*name);
    if (found == environment_.exports.end()) {
        if (plans) return unknown_value();
        return template_error(no_export(*name));
    }
    return charged(json::value(found->second), path);
}

Evaluated Evaluator::get_stack_output(const json::object& argument, const std::string& path) {
    StackOutput wanted;
    const std::pair<std::string_view, std::string*> members[] = {{"StackName", &wanted.stack},
                                                                 {"OutputName", &wanted.output},
                                                                 {"Region", &wanted.region},
                                                                 {"RoleArn", &wanted.role_arn}};
    for (const auto& [member, into] : members) {
        const json::value* given = argument.if_contains(member);
        if (given == nullptr) continue;
        auto evaluated = text(*given, "Fn::GetStackOutput", join_path(path, member));
        if (!evaluated) return std::unexpected(evaluated.error());
        *into = std::move(*evaluated);
    }
    std::string key = key_of(wanted);
    const auto found = environment_.external.find(key);
    if (found != environment_.external.end()) return charged(json::value(found->second), path);
    if (is_unknown(key) || environment_.unresolved == nullptr) {
        return template_error(fmt::format(
            "Template error: Fn::GetStackOutput cannot depend on what the deployment makes (at {})", path));
    }
    environment_.unresolved->insert(std::move(key));
    return unknown_value();
}

}  // namespace millrace::cloudformation
