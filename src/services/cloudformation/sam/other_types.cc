#include "services/cloudformation/sam/other_types.h"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <string_view>

#include "base/ascii.h"
#include "services/cloudformation/sam/function_properties.h"
#include "services/cloudformation/sam/stable_json.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

Result<json::object> properties_of(const std::string& logical_id, const json::object& resource,
                                   std::string_view type, std::initializer_list<std::string_view> known) {
    const json::value* given = member(resource, "Properties");
    if (given != nullptr && !given->is_object()) return invalid(logical_id, "Properties must be a map.");
    json::object properties = given == nullptr ? json::object() : given->get_object();
    for (const auto& [name, value] : properties) {
        if (std::ranges::find(known, std::string_view(name)) != known.end()) continue;
        return invalid(logical_id, fmt::format("property {} not defined for resource of type {}",
                                               std::string_view(name), type));
    }
    return properties;
}

void pass(const json::object& from, json::object& to, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const json::value* value = member(from, name)) to.emplace(name, *value);
    }
}

Result<std::string> retention_of(const std::string& logical_id, const json::object& properties,
                                 const json::object& resource, const Context& context) {
    const json::value* given = member(properties, "RetentionPolicy");
    if (given == nullptr) {
        const json::value* policy = member(resource, "DeletionPolicy");
        return policy == nullptr ? "Retain" : scalar_text(*policy).value_or("Retain");
    }
    const std::string policy = to_lower(scalar_text(resolve_parameters(*given, context)).value_or(""));
    if (policy == "retain") return "Retain";
    if (policy == "delete") return "Delete";
    return invalid(logical_id,
                   "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].");
}

}  // namespace

Result<MadeResource> expand_layer(const std::string& logical_id, const json::object& resource,
                                  const Context& context) {
    auto properties =
        properties_of(logical_id, resource, "AWS::Serverless::LayerVersion",
                      {"LayerName", "Description", "ContentUri", "CompatibleArchitectures",
                       "CompatibleRuntimes", "LicenseInfo", "PublishLambdaVersion", "RetentionPolicy"});
    if (!properties) return std::unexpected(properties.error());
    const json::value* uri = member(*properties, "ContentUri");
    if (uri == nullptr) return invalid(logical_id, "Missing required property 'ContentUri'.");
    auto content = object_at(logical_id, *uri, "ContentUri");
    if (!content) return std::unexpected(content.error());
    auto retention = retention_of(logical_id, *properties, resource, context);
    if (!retention) return std::unexpected(retention.error());

    for (const std::string_view name : {"LayerName", "Description", "LicenseInfo", "RetentionPolicy"}) {
        if (json::value* text = properties->if_contains(name)) *text = resolve_parameters(*text, context);
    }
    json::object watched{{"Type", "AWS::Serverless::LayerVersion"}, {"Properties", *properties}};
    pass(resource, watched, {"DependsOn", "Condition"});
    const std::string made_id = logical_id + short_hash(json::object{{logical_id, std::move(watched)}});

    json::object layer{{"LayerName", logical_id}, {"Content", std::move(*content)}};
    if (const json::value* name = member(*properties, "LayerName")) layer["LayerName"] = *name;
    pass(*properties, layer, {"Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"});
    json::object made{{"Type", "AWS::Lambda::LayerVersion"},
                      {"Properties", std::move(layer)},
                      {"DeletionPolicy", *retention}};
    pass(resource, made, {"Condition", "UpdateReplacePolicy", "DependsOn"});
    return MadeResource{made_id, std::move(made)};
}

Result<MadeResource> expand_application(const std::string& logical_id, const json::object& resource,
                                        const Context& context) {
    auto properties =
        properties_of(logical_id, resource, "AWS::Serverless::Application",
                      {"Location", "Parameters", "NotificationARNs", "Tags", "TimeoutInMinutes"});
    if (!properties) return std::unexpected(properties.error());
    const json::value* location = member(*properties, "Location");
    if (location == nullptr) return invalid(logical_id, "Missing required property 'Location'.");
    const json::value url = resolve_parameters(*location, context);
    if (!url.is_string()) {
        return invalid(
            logical_id,
            "The Serverless Application Repository is not offered by Millrace: Location must be the URL "
            "of a template.");
    }
    auto tags = tag_list(logical_id, *properties);
    if (!tags) return std::unexpected(tags.error());
    json::object stack{{"TemplateURL", url}, {"Tags", std::move(*tags)}};
    pass(*properties, stack, {"Parameters", "NotificationARNs", "TimeoutInMinutes"});
    json::object made{{"Type", "AWS::CloudFormation::Stack"}, {"Properties", std::move(stack)}};
    pass(resource, made, {"Condition", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Metadata"});
    return MadeResource{logical_id, std::move(made)};
}

}  // namespace millrace::cloudformation::sam
