#include "services/cloudformation/state/stack.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace millrace::cloudformation {

std::string make_stack_arn(const aws::Scope& scope, const std::string& name, const std::string& uuid) {
    return fmt::format("arn:aws:cloudformation:{}:{}:stack/{}/{}", scope.region, scope.account, name, uuid);
}

std::string make_change_set_arn(const aws::Scope& scope, const std::string& name, const std::string& uuid) {
    return fmt::format("arn:aws:cloudformation:{}:{}:changeSet/{}/{}", scope.region, scope.account, name,
                       uuid);
}

bool is_skipped(const StackResource& resource) {
    return resource.attributes.contains(std::string(kAnyAttribute));
}

namespace {

/// Of two lists any item may be there.
void add_items(boost::json::object& properties, std::string_view name, const boost::json::value* more) {
    boost::json::value* list = properties.if_contains(name);
    if (list == nullptr || !list->is_array() || more == nullptr || !more->is_array()) return;
    for (const boost::json::value& item : more->get_array()) {
        if (std::ranges::find(list->get_array(), item) == list->get_array().end())
            list->get_array().push_back(item);
    }
}

}  // namespace

boost::json::object assumed_properties(const StackResource& resource, const boost::json::object& wanted) {
    boost::json::object assumed = resource.properties;
    if (!resource.attempted) return assumed;
    const auto differs = [&](const boost::json::object& properties, std::string_view name) {
        const boost::json::value* left = properties.if_contains(name);
        const boost::json::value* right = wanted.if_contains(name);
        return left != nullptr && right != nullptr ? !equivalent_values(*left, *right) : left != right;
    };
    const auto consider = [&](std::string_view name) {
        if (!differs(*resource.attempted, name)) return;
        const boost::json::value* value = resource.attempted->if_contains(name);
        if (differs(resource.properties, name)) return add_items(assumed, name, value);
        if (value != nullptr)
            assumed[name] = *value;
        else
            assumed.erase(name);
    };
    for (const auto& member : resource.properties) consider(member.key());
    for (const auto& member : *resource.attempted) consider(member.key());
    return assumed;
}

std::map<std::string, DeployedResource> deployed_resources(const StackResources& resources) {
    std::map<std::string, DeployedResource> deployed;
    for (const auto& [logical_id, resource] : resources) {
        if (resource.physical_id.empty()) continue;
        // What failed to be made tells its attributes when it has been updated.
        const bool known = resource.status != ResourceStatus::kCreateFailed;
        deployed.emplace(logical_id, DeployedResource{resource.type,
                                                      {known, resource.physical_id, resource.attributes},
                                                      resource.properties,
                                                      resource.deletion_policy,
                                                      resource.metadata});
    }
    return deployed;
}

PseudoParameters pseudo_parameters(const StackHeader& header) {
    return {header.scope.account, header.scope.region, header.name, header.id};
}

Result<Environment> environment_of(const Template& from, const Blueprint& blueprint,
                                   const PseudoParameters& pseudo) {
    auto environment = make_environment(from, blueprint.values(), pseudo, blueprint.tags);
    if (environment) environment->external = blueprint.external;
    return environment;
}

StackEvent stack_event(const StackHeader& header, WallTime time) {
    StackEvent event;
    event.logical_id = header.name;
    event.physical_id = header.id;
    event.type = "AWS::CloudFormation::Stack";
    event.time = time;
    event.status = to_string(header.status);
    event.reason = header.reason;
    event.token = header.token.text;
    return event;
}

StackEvent resource_event(const StackHeader& header, const StackResource& resource, WallTime time) {
    StackEvent event;
    event.logical_id = resource.logical_id;
    event.physical_id = resource.physical_id;
    event.type = resource.type;
    event.time = time;
    event.status = to_string(resource.status);
    event.reason = resource.reason;
    event.token = header.token.text;
    return event;
}

}  // namespace millrace::cloudformation
