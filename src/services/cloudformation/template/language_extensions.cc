#include "services/cloudformation/template/language_extensions.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "services/cloudformation/template/loops.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::string_view kSections[] = {"Conditions", "Resources", "Outputs"};

/// Functions in a resource's attributes become what they give.
Result<> settle_policies(json::object& resources, const Environment& environment) {
    for (auto& [logical_id, resource] : resources) {
        if (!resource.is_object()) continue;
        for (const std::string_view attribute : {"DeletionPolicy", "UpdateReplacePolicy"}) {
            json::value* policy = resource.get_object().if_contains(attribute);
            if (policy == nullptr || !policy->is_object()) continue;
            auto settled = evaluate(*policy, environment,
                                    fmt::format("/Resources/{}/{}", std::string_view(logical_id), attribute));
            if (!settled) return std::unexpected(settled.error());
            if (*settled) *policy = std::move(**settled);
        }
    }
    return {};
}

/// Whether the value can be told before conditions are decided and resources made.
bool is_settled_early(const json::value& value) {
    const json::object* object = value.if_object();
    const json::array* list = value.if_array();
    if (list != nullptr) return std::ranges::all_of(*list, is_settled_early);
    return object == nullptr || std::ranges::all_of(*object, [](const auto& member) {
               return member.key() != "Fn::If" && member.key() != "Fn::GetAtt" &&
                      is_settled_early(member.value());
           });
}

/// The transform of AWS::Serverless takes places apart, and so needs them as texts.
void settle_places(json::object& resources, const Environment& environment) {
    for (auto& [logical_id, resource] : resources) {
        const json::object* members = resource.if_object();
        const json::value* type = members == nullptr ? nullptr : members->if_contains("Type");
        if (type == nullptr || !type->is_string() || !type->get_string().starts_with("AWS::Serverless::"))
            continue;
        json::value* properties = resource.get_object().if_contains("Properties");
        if (properties == nullptr || !properties->is_object()) continue;
        for (const std::string_view name : {"CodeUri", "ContentUri", "Location"}) {
            json::value* place = properties->get_object().if_contains(name);
            if (place == nullptr || !place->is_object() || !is_settled_early(*place)) continue;
            auto settled = evaluate(*place, environment, join_path("/Resources", logical_id));
            // What refers to a resource stays as it is, for the other transform to judge.
            if (settled && *settled) *place = std::move(**settled);
        }
    }
}

/// The part of a message before its path's end, to find the line for.
std::unexpected<Error> failed(const TemplateSource& source, const Error& error) {
    const std::string path = error.message.substr(0, error.message.find(": "));
    const int line = path.starts_with('/') ? source.line_of(path) : 0;
    return template_error(fmt::format("Transform {} failed with: {}{}", kLanguageExtensions, error.message,
                                      line == 0 ? std::string() : fmt::format(" (line {})", line)));
}

/// Looks for what is not in the plain language.
class PlainLanguage {
  public:
    explicit PlainLanguage(const LineOf& line_of) : line_of_(line_of) {}

    Result<> check(const json::value& value, const std::string& path) const {
        if (value.is_array()) {
            for (std::size_t i = 0; i < value.get_array().size(); ++i) {
                auto checked = check(value.get_array()[i], join_path(path, fmt::to_string(i)));
                if (!checked) return checked;
            }
        }
        if (!value.is_object()) return {};
        for (const auto& [name, inner] : value.get_object()) {
            const std::string member = join_path(path, name);
            if (auto checked = check_function(name, inner, member); !checked) return checked;
            if (auto checked = check(inner, member); !checked) return checked;
        }
        return {};
    }

  private:
    Result<> check_function(std::string_view name, const json::value& argument,
                            const std::string& path) const {
        if (name.starts_with("Fn::ForEach") || name == "Fn::Length" || name == "Fn::ToJsonString") {
            return refuse(fmt::format("Template Error: Encountered unsupported function: {}", name), path);
        }
        if (name != "Fn::FindInMap" || !argument.is_array()) return {};
        const json::array& list = argument.get_array();
        if (list.size() > 3) return refuse("Template error: Fn::FindInMap has a DefaultValue", path);
        for (const json::value& key : list) {
            const json::object* call = key.if_object();
            if (call == nullptr || call->contains("Ref") || call->contains("Fn::FindInMap")) continue;
            return refuse(
                "Template error: Fn::FindInMap has a function other than Ref and Fn::FindInMap in it", path);
        }
        return {};
    }

    [[nodiscard]] std::unexpected<Error> refuse(std::string_view what, const std::string& path) const {
        return template_error(fmt::format("{}, at {} (line {}): that needs the transform {}", what, path,
                                          line_of_(path), kLanguageExtensions));
    }

    const LineOf& line_of_;
};

}  // namespace

Result<> extend_language(TemplateSource& source, const ParameterValues& parameters,
                         const PseudoParameters& pseudo) {
    Template scope;
    scope.parameters = source.parameters;
    if (const json::value* mappings = source.root.if_contains("Mappings"); mappings != nullptr) {
        if (auto checked = read_mappings(*mappings); !checked) return std::unexpected(checked.error());
        scope.mappings = mappings->get_object();
    }
    const auto environment = make_environment(scope, parameters, pseudo);
    if (!environment) return std::unexpected(environment.error());
    LoopExpander loops(*environment);
    for (const std::string_view name : kSections) {
        json::value* section = source.root.if_contains(name);
        if (section == nullptr) continue;
        auto expanded = loops.expand(*section, fmt::format("/{}", name));
        if (!expanded) return failed(source, expanded.error());
        *section = std::move(*expanded);
    }
    json::value* resources = source.root.if_contains("Resources");
    if (resources != nullptr && resources->is_object()) {
        if (auto settled = settle_policies(resources->get_object(), *environment); !settled)
            return failed(source, settled.error());
        settle_places(resources->get_object(), *environment);
    }
    redirect_lines(source, loops.origins());
    return {};
}

Result<> check_plain_language(const TemplateSource& source) {
    const PlainLanguage language(source.line_of);
    for (const std::string_view name : kSections) {
        const json::value* section = source.root.if_contains(name);
        if (section == nullptr) continue;
        if (auto checked = language.check(*section, fmt::format("/{}", name)); !checked) return checked;
    }
    return {};
}

}  // namespace millrace::cloudformation
