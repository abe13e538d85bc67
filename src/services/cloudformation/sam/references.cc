#include "services/cloudformation/sam/references.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

/// "Function.Alias.Arn" or "Layer.Arn" with the name in front replaced; nothing when it is none.
std::string resolved(std::string_view dotted, const MadeNames& names) {
    const auto first = dotted.find('.');
    const auto second = first == std::string_view::npos ? first : dotted.find('.', first + 1);
    for (const auto end : {second, first}) {
        const auto found = names.find(std::string(dotted.substr(0, end)));
        if (found == names.end()) continue;
        return found->second +
               (end == std::string_view::npos ? std::string() : std::string(dotted.substr(end)));
    }
    return {};
}

std::string substituted(std::string_view text, const MadeNames& names) {
    std::string result;
    while (true) {
        const auto open = text.find("${");
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) break;
        const std::string_view name = text.substr(open + 2, close - open - 2);
        const std::string other = resolved(name, names);
        result.append(text.substr(0, open + 2))
            .append(other.empty() ? name : std::string_view(other))
            .append("}");
        text.remove_prefix(close + 1);
    }
    return result.append(text);
}

void resolve_get_att(json::value& argument, const MadeNames& names) {
    std::string dotted;
    if (argument.is_string()) {
        dotted = argument.get_string();
    } else if (argument.is_array()) {
        for (const json::value& part : argument.get_array()) {
            if (!part.is_string()) return;
            dotted.append(dotted.empty() ? "" : ".").append(part.get_string());
        }
    }
    const std::string other = resolved(dotted, names);
    const auto dot = other.find('.');
    if (dot != std::string::npos)
        argument = json::array{json::value(other.substr(0, dot)), json::value(other.substr(dot + 1))};
}

}  // namespace

void resolve_made_names(json::value& value, const MadeNames& names) {
    if (value.is_array()) {
        for (json::value& item : value.get_array()) resolve_made_names(item, names);
    }
    if (!value.is_object()) return;
    json::object& object = value.get_object();
    for (auto& member : object) resolve_made_names(member.value(), names);
    if (object.size() != 1) return;
    const std::string_view function = object.begin()->key();
    json::value& argument = object.begin()->value();
    if (function == "Fn::GetAtt") return resolve_get_att(argument, names);
    if (function == "Ref" && argument.is_string()) {
        const std::string other = resolved(argument.get_string(), names);
        if (!other.empty()) argument = other;
    }
    if (function != "Fn::Sub") return;
    json::value* text =
        argument.is_array() && !argument.get_array().empty() ? &argument.get_array()[0] : &argument;
    if (text->is_string()) *text = substituted(text->get_string(), names);
}

void resolve_dependencies(json::value& resource, const MadeNames& names) {
    json::value* needs = resource.is_object() ? resource.get_object().if_contains("DependsOn") : nullptr;
    if (needs == nullptr) return;
    const auto resolve = [&](json::value& name) {
        const auto found = name.is_string() ? names.find(std::string(name.get_string())) : names.end();
        if (found != names.end()) name = found->second;
    };
    resolve(*needs);
    if (!needs->is_array()) return;
    for (json::value& name : needs->get_array()) resolve(name);
}

}  // namespace millrace::cloudformation::sam
