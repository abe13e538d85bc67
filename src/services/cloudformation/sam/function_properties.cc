#include "services/cloudformation/sam/function_properties.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <string_view>

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

/// What SAM's function and Lambda's have in common.
constexpr std::string_view kPassed[] = {"Architectures",
                                        "CodeSigningConfigArn",
                                        "Description",
                                        "Environment",
                                        "EphemeralStorage",
                                        "FileSystemConfigs",
                                        "FunctionName",
                                        "Handler",
                                        "KmsKeyArn",
                                        "Layers",
                                        "LoggingConfig",
                                        "MemorySize",
                                        "PackageType",
                                        "RecursiveLoop",
                                        "ReservedConcurrentExecutions",
                                        "Role",
                                        "Runtime",
                                        "RuntimeManagementConfig",
                                        "SnapStart",
                                        "Timeout",
                                        "VpcConfig"};

/// What SAM makes something else of.
constexpr std::string_view kMade[] = {"AssumeRolePolicyDocument",
                                      "AutoPublishAlias",
                                      "AutoPublishAliasAllProperties",
                                      "AutoPublishCodeSha256",
                                      "CodeUri",
                                      "DeadLetterQueue",
                                      "EventInvokeConfig",
                                      "Events",
                                      "FunctionUrlConfig",
                                      "InlineCode",
                                      "PermissionsBoundary",
                                      "Policies",
                                      "PropagateTags",
                                      "ProvisionedConcurrencyConfig",
                                      "RolePath",
                                      "SourceKMSKeyArn",
                                      "Tags",
                                      "Tracing",
                                      "VersionDeletionPolicy",
                                      "VersionDescription"};

constexpr std::string_view kNotOffered[] = {
    "CapacityProviderConfig",   "DeploymentPreference", "DurableConfig",
    "FunctionScalingConfig",    "ImageConfig",          "ImageUri",
    "PublishToLatestPublished", "TenancyConfig"};

template <std::size_t Size>
bool is_among(const std::string_view (&names)[Size], std::string_view name) {
    return std::ranges::find(names, name) != std::end(names);
}

Result<> check_properties(const std::string& logical_id, const json::object& properties) {
    for (const auto& [name, value] : properties) {
        if (is_among(kNotOffered, name)) {
            return invalid(logical_id, fmt::format("The property {} is not offered by Millrace.",
                                                   std::string_view(name)));
        }
        if (!is_among(kPassed, name) && !is_among(kMade, name)) {
            return invalid(
                logical_id,
                fmt::format("property {} not defined for resource of type AWS::Serverless::Function",
                            std::string_view(name)));
        }
    }
    return {};
}

Result<json::object> code_of(const std::string& logical_id, const json::object& properties) {
    json::object code;
    if (const json::value* text = member(properties, "InlineCode")) {
        code.emplace("ZipFile", *text);
    } else if (const json::value* uri = member(properties, "CodeUri")) {
        auto place = object_at(logical_id, *uri, "CodeUri");
        if (!place) return place;
        code = std::move(*place);
    } else {
        return invalid(logical_id, "Only one of 'InlineCode' or 'CodeUri' can be set.");
    }
    if (const json::value* key = member(properties, "SourceKMSKeyArn")) code.emplace("SourceKMSKeyArn", *key);
    return code;
}

}  // namespace

Result<json::object> object_at(const std::string& logical_id, const json::value& uri,
                               std::string_view property) {
    if (const json::object* place = uri.if_object()) {
        const json::value* bucket = member(*place, "Bucket");
        const json::value* key = member(*place, "Key");
        if (bucket == nullptr || key == nullptr) {
            return invalid(logical_id,
                           fmt::format("'{}' requires Bucket and Key properties to be specified.", property));
        }
        json::object code{{"S3Bucket", *bucket}, {"S3Key", *key}};
        if (const json::value* version = place->if_contains("Version"))
            code.emplace("S3ObjectVersion", *version);
        return code;
    }
    constexpr std::string_view kScheme = "s3://";
    constexpr std::string_view kVersion = "?versionId=";
    std::string_view text = uri.is_string() ? std::string_view(uri.get_string()) : std::string_view();
    const bool s3 = text.starts_with(kScheme);
    text.remove_prefix(s3 ? kScheme.size() : 0);
    const auto query = text.find('?');
    const auto slash = text.find('/');
    const bool fits = s3 && slash != 0 && slash < query && slash + 1 < std::min(query, text.size());
    if (!fits) {
        return invalid(logical_id,
                       fmt::format("'{}' is not a valid S3 Uri of the form 's3://bucket/key' with optional "
                                   "versionId query parameter.",
                                   property));
    }
    json::object code{{"S3Bucket", text.substr(0, slash)},
                      {"S3Key", text.substr(slash + 1, std::min(query, text.size()) - slash - 1)}};
    if (query != std::string_view::npos && text.substr(query).starts_with(kVersion)) {
        code.emplace("S3ObjectVersion", text.substr(query + kVersion.size()));
    }
    return code;
}

bool is_traced(const json::object& properties, const Context& context) {
    const json::value* tracing = member(properties, "Tracing");
    return tracing != nullptr && resolve_parameters(*tracing, context) != json::value("Disabled");
}

Result<json::array> tag_list(const std::string& logical_id, const json::object& properties) {
    constexpr std::string_view kMaker = "lambda:createdBy";
    json::array list{json::object{{"Key", kMaker}, {"Value", "SAM"}}};
    const json::value* tags = member(properties, "Tags");
    if (tags == nullptr) return list;
    if (!tags->is_object()) return invalid(logical_id, "Property 'Tags' should be a map.");
    if (tags->get_object().contains(kMaker)) {
        return invalid(logical_id,
                       fmt::format("{} is a reserved Tag key name and cannot be set on your resource. Please "
                                   "change the tag key in the input.",
                                   kMaker));
    }
    for (const auto& [key, value] : tags->get_object())
        list.push_back(json::object{{"Key", key}, {"Value", value}});
    return list;
}

Result<json::object> lambda_properties(const std::string& logical_id, const json::object& properties,
                                       const Context& context) {
    if (auto checked = check_properties(logical_id, properties); !checked)
        return std::unexpected(checked.error());
    const json::value* package = member(properties, "PackageType");
    if (package != nullptr && *package != json::value("Zip")) {
        return invalid(logical_id, "Of the PackageTypes only Zip is offered by Millrace.");
    }
    json::object made;
    for (const std::string_view name : kPassed) {
        if (const json::value* value = member(properties, name)) made.emplace(name, *value);
    }
    auto code = code_of(logical_id, properties);
    if (!code) return code;
    made.emplace("Code", std::move(*code));
    if (!made.contains("Runtime") || !made.contains("Handler")) {
        return invalid(logical_id,
                       "Runtime and Handler needs to be present when PackageType is of type `Zip`");
    }
    auto tags = tag_list(logical_id, properties);
    if (!tags) return std::unexpected(tags.error());
    made.emplace("Tags", std::move(*tags));
    if (is_traced(properties, context)) {
        made.emplace("TracingConfig", json::object{{"Mode", properties.at("Tracing")}});
    }
    return made;
}

}  // namespace millrace::cloudformation::sam
