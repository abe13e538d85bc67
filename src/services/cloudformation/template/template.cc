#include "services/cloudformation/template/template.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/utf8.h"
#include "codec/yaml.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/sections.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::size_t kDescriptionBytesMax = 1024;

bool nested_deeper_than(const json::value& value, std::size_t levels) {
    const auto deeper = [&](const json::value& inner) {
        return levels == 0 || nested_deeper_than(inner, levels - 1);
    };
    if (value.is_array()) return std::ranges::any_of(value.get_array(), deeper);
    if (!value.is_object()) return false;
    return std::ranges::any_of(value.get_object(),
                               [&](const auto& member) { return deeper(member.value()); });
}

/// Reads the section into `into`; an absent one leaves it alone.
Result<> object_section(const json::object& root, std::string_view name, json::object& into) {
    const json::value* section = root.if_contains(name);
    if (section == nullptr) return {};
    if (!section->is_object()) {
        return template_error(fmt::format("Template format error: {} section must be an object.", name));
    }
    into = section->get_object();
    return {};
}

Result<> read_text(const json::object& root, std::string_view name, std::string& into) {
    const json::value* member = root.if_contains(name);
    if (member == nullptr) return {};
    auto text = scalar_text(*member);
    if (!text) return template_error(fmt::format("Template format error: {} must be a string.", name));
    into = std::move(*text);
    return {};
}

Result<> check_sections(const json::object& root) {
    constexpr std::string_view kKnown[] = {"AWSTemplateFormatVersion",
                                           "Description",
                                           "Metadata",
                                           "Parameters",
                                           "Mappings",
                                           "Conditions",
                                           "Resources",
                                           "Outputs"};
    std::vector<std::string> unknown;
    for (const auto& member : root) {
        const std::string_view name = member.key();
        if (name == "Transform") {
            return template_error(
                "Template format error: Transform is not offered: no macro or AWS::Serverless transform is "
                "available. "
                "Deploy the transformed template instead.");
        }
        if (name == "Rules" || name == "Hooks") {
            return template_error(fmt::format("Template format error: the {} section is not offered.", name));
        }
        if (std::ranges::find(kKnown, name) == std::end(kKnown)) unknown.emplace_back(name);
    }
    if (!unknown.empty()) {
        return template_error(
            fmt::format("Invalid template property or properties [{}]", fmt::join(unknown, ", ")));
    }
    return {};
}

Result<> check_mappings(const json::object& mappings) {
    if (mappings.size() > kMappingsMax) {
        return template_error(
            fmt::format("Template format error: Number of mappings, {}, is greater than maximum allowed, {}",
                        mappings.size(), kMappingsMax));
    }
    for (const auto& [name, keys] : mappings) {
        const auto wrong = [&](std::string_view path) {
            return template_error(
                fmt::format("Template format error: [/Mappings/{}] every Mappings member must map "
                            "keys to names to strings or lists of strings.",
                            path));
        };
        if (!keys.is_object()) return wrong(name);
        for (const auto& [key, attributes] : keys.get_object()) {
            const std::string path = join_path(name, key);
            if (!attributes.is_object()) return wrong(path);
            for (const auto& [attribute, value] : attributes.get_object()) {
                const auto scalar = [](const json::value& item) { return scalar_text(item).has_value(); };
                const bool fits =
                    value.is_array() ? std::ranges::all_of(value.get_array(), scalar) : scalar(value);
                if (!fits) return wrong(join_path(path, attribute));
            }
        }
    }
    return {};
}

Result<> read_header(const json::object& root, Template& into) {
    if (auto read = read_text(root, "AWSTemplateFormatVersion", into.version); !read) return read;
    if (root.contains("AWSTemplateFormatVersion") && into.version != "2010-09-09") {
        return template_error("Template format error: unsupported value for AWSTemplateFormatVersion.");
    }
    if (auto read = read_text(root, "Description", into.description); !read) return read;
    if (into.description.size() > kDescriptionBytesMax) {
        return template_error(fmt::format("Template format error: 'Description' length is greater than {}.",
                                          kDescriptionBytesMax));
    }
    if (const json::value* metadata = root.if_contains("Metadata")) into.metadata = *metadata;
    return {};
}

/// Where the first null of the value stands, or nothing.
std::optional<std::string> find_null(const json::value& value, const std::string& path) {
    if (value.is_null()) return path;
    if (value.is_object()) {
        for (const auto& [name, member] : value.get_object()) {
            if (auto found = find_null(member, join_path(path, name))) return found;
        }
    }
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.get_array().size(); ++i) {
            if (auto found = find_null(value.get_array()[i], fmt::format("{}/{}", path, i))) return found;
        }
    }
    return std::nullopt;
}

/// In what each member of the section says; that it says anything is for the section's own reader to see.
Result<> check_no_nulls(std::string_view name, const json::object& section) {
    for (const auto& [member, body] : section) {
        if (body.is_null()) continue;
        if (const auto found = find_null(body, fmt::format("/{}/{}", name, std::string_view(member)))) {
            return template_error(fmt::format("[{}] 'null' values are not allowed in templates", *found));
        }
    }
    return {};
}

Result<Template> read_template(const json::object& root, const LineOf& line_of) {
    Template result;
    if (auto checked = check_sections(root); !checked) return std::unexpected(checked.error());
    if (auto read = read_header(root, result); !read) return std::unexpected(read.error());

    json::object parameters, resources, outputs;
    for (auto [name, into] :
         std::initializer_list<std::pair<std::string_view, json::object*>>{{"Parameters", &parameters},
                                                                           {"Mappings", &result.mappings},
                                                                           {"Conditions", &result.conditions},
                                                                           {"Resources", &resources},
                                                                           {"Outputs", &outputs}}) {
        if (auto read = object_section(root, name, *into); !read) return std::unexpected(read.error());
        if (auto checked = check_no_nulls(name, *into); !checked) return std::unexpected(checked.error());
    }
    if (auto checked = check_mappings(result.mappings); !checked) return std::unexpected(checked.error());

    auto read_in_order = [&]() -> Result<> {
        auto declared_parameters = read_parameters(parameters);
        if (!declared_parameters) return std::unexpected(declared_parameters.error());
        result.parameters = std::move(*declared_parameters);
        auto declared_resources = read_resources(resources, line_of);
        if (!declared_resources) return std::unexpected(declared_resources.error());
        result.resources = std::move(*declared_resources);
        auto declared_outputs = read_outputs(outputs);
        if (!declared_outputs) return std::unexpected(declared_outputs.error());
        result.outputs = std::move(*declared_outputs);
        return {};
    };
    if (auto read = read_in_order(); !read) return std::unexpected(read.error());
    return result;
}

}  // namespace

const ParameterDeclaration* Template::find_parameter(std::string_view name) const {
    const auto found = std::ranges::find(parameters, name, &ParameterDeclaration::name);
    return found == parameters.end() ? nullptr : &*found;
}

const ResourceDeclaration* Template::find_resource(std::string_view logical_id) const {
    const auto found = std::ranges::find(resources, logical_id, &ResourceDeclaration::logical_id);
    return found == resources.end() ? nullptr : &*found;
}

Result<Template> parse_template(std::string_view body) {
    if (!is_utf8(body)) return template_error("Template format error: the template is not valid UTF-8.");
    auto document = codec::parse_yaml_document(body);
    if (!document) {
        return template_error(fmt::format("Template format error: {}", document.error().message));
    }
    if (!document->value.is_object()) return template_error("Template format error: unsupported structure.");
    if (nested_deeper_than(document->value, kNestingMax)) {
        return template_error(
            fmt::format("Template format error: the template is nested deeper than {} levels.", kNestingMax));
    }
    return read_template(document->value.get_object(), [&](std::string_view pointer) {
        return static_cast<int>(document->line_of(pointer));
    });
}

}  // namespace millrace::cloudformation
