#include "services/cloudformation/sam/globals.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <string_view>

#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

constexpr std::string_view kGlobalProperties[] = {"Handler",
                                                  "Runtime",
                                                  "CodeUri",
                                                  "DeadLetterQueue",
                                                  "DeploymentPreference",
                                                  "Description",
                                                  "MemorySize",
                                                  "Timeout",
                                                  "VpcConfig",
                                                  "Environment",
                                                  "Tags",
                                                  "PropagateTags",
                                                  "Tracing",
                                                  "KmsKeyArn",
                                                  "AutoPublishAlias",
                                                  "AutoPublishAliasAllProperties",
                                                  "Layers",
                                                  "RolePath",
                                                  "PermissionsBoundary",
                                                  "ReservedConcurrentExecutions",
                                                  "ProvisionedConcurrencyConfig",
                                                  "AssumeRolePolicyDocument",
                                                  "EventInvokeConfig",
                                                  "FileSystemConfigs",
                                                  "CodeSigningConfigArn",
                                                  "Architectures",
                                                  "SnapStart",
                                                  "EphemeralStorage",
                                                  "FunctionUrlConfig",
                                                  "RuntimeManagementConfig",
                                                  "LoggingConfig",
                                                  "RecursiveLoop",
                                                  "SourceKMSKeyArn",
                                                  "TenancyConfig",
                                                  "DurableConfig",
                                                  "CapacityProviderConfig",
                                                  "FunctionScalingConfig",
                                                  "PublishToLatestPublished",
                                                  "VersionDeletionPolicy"};

/// Sections of types that are not offered.
constexpr std::string_view kSkippable[] = {"Api",         "CapacityProvider", "HttpApi",
                                           "SimpleTable", "StateMachine",     "WebSocketApi"};

std::unexpected<Error> wrong(std::string_view message) {
    return template_error(fmt::format("'Globals' section is invalid. {}", message));
}

bool is_map(const json::value& value) {
    return value.is_object() && !is_function(value);
}

json::value merge(const json::value& general, const json::value& own) {
    if (is_map(general) && is_map(own)) return merge_globals(general.get_object(), own.get_object());
    if (!general.is_array() || !own.is_array()) return own;
    json::array list = general.get_array();
    for (const json::value& item : own.get_array()) list.push_back(item);
    return list;
}

}  // namespace

Result<json::object> function_globals(const json::object& root, bool allow_unknown) {
    const json::value* section = root.if_contains("Globals");
    if (section == nullptr) return json::object();
    if (!section->is_object()) return wrong("It must be a non-empty dictionary");
    json::object found;
    for (const auto& [name, properties] : section->get_object()) {
        if (allow_unknown && std::ranges::find(kSkippable, std::string_view(name)) != std::end(kSkippable))
            continue;
        if (name != "Function") {
            return wrong(fmt::format("'{}' in Globals is not offered by Millrace: only Function is.",
                                     std::string_view(name)));
        }
        if (!properties.is_object()) return wrong("Value of Function must be a dictionary");
        found = properties.get_object();
        for (const auto& [property, value] : properties.get_object()) {
            if (std::ranges::find(kGlobalProperties, std::string_view(property)) !=
                std::end(kGlobalProperties))
                continue;
            return wrong(
                fmt::format("'{}' is not a supported property of 'Function'.", std::string_view(property)));
        }
    }
    return found;
}

Result<json::object> heeded_globals(const json::object& globals, const std::string& logical_id,
                                    const json::object& function) {
    const json::value* ignored = function.if_contains("IgnoreGlobals");
    if (ignored == nullptr || ignored->is_null()) return globals;
    if (*ignored == json::value("*")) return json::object();
    const std::string wrong_attribute =
        fmt::format("Resource {} has invalid resource attribute 'IgnoreGlobals'", logical_id);
    if (!ignored->is_array()) return invalid(logical_id, wrong_attribute + ".");
    json::object heeded = globals;
    for (const json::value& name : ignored->get_array()) {
        const std::string text = scalar_text(name).value_or("");
        if (heeded.erase(text) == 0)
            return invalid(logical_id, fmt::format("{} on item '{}'.", wrong_attribute, text));
    }
    return heeded;
}

json::object merge_globals(const json::object& globals, const json::object& properties) {
    json::object merged = globals;
    for (const auto& [name, own] : properties) {
        const json::value* general = globals.if_contains(name);
        // A function has one architecture, and not those of all as well.
        const bool replaces = name == "Architectures";
        merged.insert_or_assign(name, general == nullptr || replaces ? own : merge(*general, own));
    }
    return merged;
}

}  // namespace millrace::cloudformation::sam
