#include "services/cloudformation/template/template.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/utf8.h"
#include "codec/yaml.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/rules.h"
#include "services/cloudformation/template/source.h"

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

Result<> read_text(const json::object& root, std::string_view name, std::string& into) {
    const json::value* member = root.if_contains(name);
    if (member == nullptr) return {};
    auto text = scalar_text(*member);
    if (!text) return template_error(fmt::format("Template format error: {} must be a string.", name));
    into = std::move(*text);
    return {};
}

bool names_transform(const json::object& root, std::string_view name) {
    const json::value* transform = root.if_contains("Transform");
    if (transform == nullptr) return false;
    if (transform->is_array())
        return std::ranges::find(transform->get_array(), json::value(name)) != transform->get_array().end();
    return *transform == json::value(name);
}

Result<> check_sections(const json::object& root) {
    constexpr std::string_view kKnown[] = {"AWSTemplateFormatVersion",
                                           "Description",
                                           "Metadata",
                                           "Parameters",
                                           "Mappings",
                                           "Conditions",
                                           "Rules",
                                           "Transform",
                                           "Resources",
                                           "Outputs"};
    std::vector<std::string> unknown;
    for (const auto& member : root) {
        const std::string_view name = member.key();
        if (name == "Globals" && names_transform(root, kServerless)) continue;
        if (name == "Hooks") {
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

Result<> read_header(const json::object& root, TemplateSource& into) {
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

/// Reads the section into `into`; an absent one leaves it alone.
Result<> take_section(const json::object& root, std::string_view name, json::object& into) {
    const json::value* section = root.if_contains(name);
    if (section == nullptr) return {};
    if (!section->is_object()) {
        return template_error(fmt::format("Template format error: {} section must be an object.", name));
    }
    into = section->get_object();
    return check_no_nulls(name, into);
}

Result<> read_transforms(const json::object& root, std::vector<std::string>& into) {
    const json::value* transform = root.if_contains("Transform");
    if (transform == nullptr) return {};
    const json::array one{*transform};
    for (const json::value& item : transform->is_array() ? transform->get_array() : one) {
        if (item.is_object()) {
            return template_error(
                "Template format error: a Transform with parameters, as AWS::Include has, is not offered.");
        }
        if (!item.is_string()) {
            return template_error("Template format error: Transform must be a string or a list of strings.");
        }
        const std::string_view name = item.get_string();
        if (name != kLanguageExtensions && name != kServerless) {
            return template_error(fmt::format("No transform named {} found. {} and {} are offered.", name,
                                              kServerless, kLanguageExtensions));
        }
        into.emplace_back(name);
    }
    return {};
}

/// Of a Resources section, or of what a loop in it repeats.
void add_types(const json::value& resources, std::map<std::string, bool>& types) {
    if (!resources.is_object()) return;
    for (const auto& [name, resource] : resources.get_object()) {
        if (const json::array* loop = resource.if_array(); loop != nullptr && loop->size() == 3) {
            add_types((*loop)[2], types);
        }
        const json::object* members = resource.if_object();
        const json::value* type = members == nullptr ? nullptr : members->if_contains("Type");
        if (type == nullptr || !type->is_string()) continue;
        types[std::string(type->get_string())] |= !members->contains("Condition");
    }
}

}  // namespace

Result<TemplateSource> parse_source(std::string_view body) {
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
    TemplateSource source;
    source.root = std::move(document->value.get_object());
    source.line_of = [places = std::move(document->places)](std::string_view pointer) {
        return static_cast<int>(places.find(pointer).line);
    };
    if (auto checked = check_sections(source.root); !checked) return std::unexpected(checked.error());
    if (auto read = read_header(source.root, source); !read) return std::unexpected(read.error());
    if (auto read = read_transforms(source.root, source.transforms); !read)
        return std::unexpected(read.error());
    json::object parameters;
    if (auto read = take_section(source.root, "Parameters", parameters); !read)
        return std::unexpected(read.error());
    auto declared = read_parameters(parameters, source.line_of);
    if (!declared) return std::unexpected(declared.error());
    source.parameters = std::move(*declared);
    return source;
}

void redirect_lines(TemplateSource& source, std::map<std::string, std::string> origins) {
    source.line_of = [written = std::move(source.line_of),
                      origins = std::move(origins)](std::string_view pointer) {
        for (std::string_view prefix = pointer; !prefix.empty();
             prefix = prefix.substr(0, prefix.rfind('/'))) {
            const auto origin = origins.find(std::string(prefix));
            if (origin != origins.end()) return written(origin->second);
        }
        return written(pointer);
    };
}

std::map<std::string, bool> declared_types(const TemplateSource& source) {
    std::map<std::string, bool> types;
    if (const json::value* resources = source.root.if_contains("Resources")) add_types(*resources, types);
    return types;
}

Result<> read_mappings(const json::value& section) {
    json::object mappings;
    if (auto read = take_section({{"Mappings", section}}, "Mappings", mappings); !read) return read;
    return check_mappings(mappings);
}

Result<Template> read_template(const TemplateSource& source) {
    Template result;
    result.version = source.version;
    result.description = source.description;
    result.metadata = source.metadata;
    result.parameters = source.parameters;

    json::object resources, outputs;
    for (auto [name, into] :
         std::initializer_list<std::pair<std::string_view, json::object*>>{{"Mappings", &result.mappings},
                                                                           {"Conditions", &result.conditions},
                                                                           {"Rules", &result.rules},
                                                                           {"Resources", &resources},
                                                                           {"Outputs", &outputs}}) {
        if (auto read = take_section(source.root, name, *into); !read) return std::unexpected(read.error());
    }
    if (auto checked = check_mappings(result.mappings); !checked) return std::unexpected(checked.error());
    if (auto checked = check_rules(result); !checked) return std::unexpected(checked.error());
    auto declared_resources = read_resources(resources, source.line_of);
    if (!declared_resources) return std::unexpected(declared_resources.error());
    result.resources = std::move(*declared_resources);
    auto declared_outputs = read_outputs(outputs);
    if (!declared_outputs) return std::unexpected(declared_outputs.error());
    result.outputs = std::move(*declared_outputs);
    return result;
}

const ParameterDeclaration* Template::find_parameter(std::string_view name) const {
    const auto found = std::ranges::find(parameters, name, &ParameterDeclaration::name);
    return found == parameters.end() ? nullptr : &*found;
}

const ResourceDeclaration* Template::find_resource(std::string_view logical_id) const {
    const auto found = std::ranges::find(resources, logical_id, &ResourceDeclaration::logical_id);
    return found == resources.end() ? nullptr : &*found;
}

Result<Template> parse_template(std::string_view body) {
    auto source = parse_source(body);
    if (!source) return std::unexpected(source.error());
    return read_template(*source);
}

}  // namespace millrace::cloudformation
