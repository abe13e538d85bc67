#include <fmt/format.h>

#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/resource_types.h"
#include "services/cloudformation/template/sections.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

Result<RemovalPolicy> removal_policy(std::string_view attribute, ResourceDeclaration& resource,
                                     const json::value& value) {
    const std::string name = scalar_text(value).value_or("");
    if (name == "Delete") return RemovalPolicy::kDelete;
    if (name == "Retain") return RemovalPolicy::kRetain;
    if (name == "RetainExceptOnCreate" && attribute == "DeletionPolicy")
        return RemovalPolicy::kRetainExceptOnCreate;
    if (name == "Snapshot") {
        resource.objection = fmt::format("Template error: resource type of {} does not support {} Snapshot",
                                         resource.logical_id, attribute);
        return RemovalPolicy::kDelete;
    }
    return template_error(fmt::format("Template format error: Unrecognized {} {} for resource {}", attribute,
                                      name, resource.logical_id));
}

Result<> read_depends_on(ResourceDeclaration& resource, const json::value& value) {
    const auto wrong = [&] {
        return template_error(fmt::format(
            "Template format error: DependsOn of resource {} must be a string or a list of strings.",
            resource.logical_id));
    };
    if (value.is_string()) {
        resource.depends_on.emplace_back(value.get_string());
        return {};
    }
    if (!value.is_array()) return wrong();
    for (const json::value& item : value.get_array()) {
        if (!item.is_string()) return wrong();
        resource.depends_on.emplace_back(item.get_string());
    }
    return {};
}

bool is_custom(std::string_view type) {
    return family_of(type) == "AWS::CloudFormation::CustomResource";
}

/// Only custom resources have a Version, which no function is told. The resource's type is known already.
Result<> read_member(ResourceDeclaration& resource, std::string_view member, const json::value& value) {
    const auto wrong = [&](std::string_view wanted) {
        return template_error(fmt::format("Template format error: [/Resources/{}/{}] must be {}.",
                                          resource.logical_id, member, wanted));
    };
    if (member == "Type") {
        if (!value.is_string()) return wrong("a string");
        resource.type = value.get_string();
    } else if (member == "Properties") {
        if (value.is_null() || value == json::value(json::object{{"Ref", "AWS::NoValue"}})) return {};
        if (!value.is_object()) return wrong("an object");
        resource.properties = value.get_object();
    } else if (member == "DependsOn") {
        return read_depends_on(resource, value);
    } else if (member == "Condition") {
        if (!value.is_string()) return wrong("a string");
        resource.condition = value.get_string();
    } else if (member == "DeletionPolicy" || member == "UpdateReplacePolicy") {
        auto policy = removal_policy(member, resource, value);
        if (!policy) return std::unexpected(policy.error());
        (member == "DeletionPolicy" ? resource.deletion_policy : resource.update_replace_policy) = *policy;
    } else if (member == "Metadata") {
        resource.metadata = value;
    } else if (member == "CreationPolicy" || member == "UpdatePolicy") {
        resource.objection = fmt::format("Template error: {} is not supported for resource {} of type {}",
                                         member, resource.logical_id, resource.type);
    } else if (member != "Description" && !(member == "Version" && is_custom(resource.type))) {
        return template_error(fmt::format("Invalid template resource property '{}' (resource {})", member,
                                          resource.logical_id));
    }
    return {};
}

Result<ResourceDeclaration> read_resource(std::string_view logical_id, const json::value& body,
                                          const LineOf& line_of) {
    ResourceDeclaration resource;
    resource.logical_id = logical_id;
    if (logical_id == "Fn::Transform")
        return template_error("Template format error: Fn::Transform is not offered (at /Resources).");
    if (!is_logical_id(logical_id)) {
        return template_error(
            fmt::format("Template format error: Resource name {} is non alphanumeric.", logical_id));
    }
    if (!body.is_object()) {
        return template_error(fmt::format(
            "Template format error: [/Resources/{}] resource definition is malformed", logical_id));
    }
    if (!body.get_object().contains("Type")) {
        return template_error(fmt::format(
            "Template format error: [/Resources/{}] Every Resources object must contain a Type member.",
            logical_id));
    }
    if (const json::value& type = body.get_object().at("Type"); type.is_string())
        resource.type = type.get_string();
    for (const auto& [member, value] : body.get_object()) {
        if (auto read = read_member(resource, member, value); !read) return std::unexpected(read.error());
    }
    const std::string path = join_path("/Resources", logical_id);
    resource.line = line_of(path);
    for (const auto& [property, value] : resource.properties) {
        resource.property_lines[property] = line_of(path + "/Properties/" + std::string(property));
    }
    return resource;
}

}  // namespace

Result<std::vector<ResourceDeclaration>> read_resources(const json::object& section, const LineOf& line_of) {
    if (section.empty()) {
        return template_error("Template format error: At least one Resources member must be defined.");
    }
    if (section.size() > kResourcesMax) {
        return template_error(
            fmt::format("Template format error: Number of resources, {}, is greater than maximum allowed, {}",
                        section.size(), kResourcesMax));
    }
    std::vector<ResourceDeclaration> resources;
    for (const auto& [logical_id, body] : section) {
        auto resource = read_resource(logical_id, body, line_of);
        if (!resource) return std::unexpected(resource.error());
        resources.push_back(std::move(*resource));
    }
    return resources;
}

}  // namespace millrace::cloudformation
