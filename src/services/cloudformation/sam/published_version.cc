#include "services/cloudformation/sam/published_version.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "services/cloudformation/sam/stable_json.h"
#include "services/cloudformation/template/functions.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

constexpr std::size_t kHashDigits = 10;

bool is_alias_name(std::string_view name) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !name.empty() && !std::ranges::all_of(name, digit) &&
           std::ranges::all_of(name, [](char c) { return c == '-' || c == '_' || is_logical_id({&c, 1}); });
}

Result<std::string> alias_name_of(const std::string& function, const json::object& properties,
                                  const Context& context) {
    const json::value resolved = resolve_parameters(properties.at("AutoPublishAlias"), context);
    if (!resolved.is_string()) {
        return invalid(function, "'AutoPublishAlias' must be a string or a Ref to a template parameter");
    }
    std::string name(resolved.get_string());
    if (is_alias_name(name)) return name;
    return invalid(
        function,
        fmt::format("AutoPublishAlias name ('{}') must contain only alphanumeric characters, hyphens, "
                    "or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.",
                    name));
}

/// The hash that the author gives; it also goes into the description, so that the function itself changes.
Result<std::string> take_given_hash(const std::string& function, const json::object& properties,
                                    json::object& lambda, const Context& context) {
    const json::value* given = member(properties, "AutoPublishCodeSha256");
    if (given == nullptr) return std::string();
    const json::value hash = resolve_parameters(*given, context);
    if (!hash.is_string()) return invalid(function, "AutoPublishCodeSha256 must be a string");
    const json::value* written = member(properties, "Description");
    const json::value description =
        written == nullptr ? json::value() : resolve_parameters(*written, context);
    if (description.is_object()) {
        lambda["Description"] = json::object{{"Fn::Join", json::array{" ", json::array{description, hash}}}};
    } else {
        const std::string text = scalar_text(description).value_or("");
        lambda["Description"] = (text.empty() ? "" : text + " ") + std::string(hash.get_string());
    }
    return std::string(hash.get_string());
}

/// The logical id that Ref or Fn::GetAtt names.
std::string referred_to(const json::value& value) {
    if (!is_function(value)) return {};
    const auto& [function, argument] = *value.get_object().begin();
    if (function == "Ref" && argument.is_string()) return std::string(argument.get_string());
    const auto target = function == "Fn::GetAtt" ? get_att_target(argument) : std::nullopt;
    return target ? std::string(target->logical_id) : std::string();
}

/// The properties of those layers in the template that are to make a new version when they change.
json::object publishing_layers(const json::object& lambda, const Context& context) {
    json::object found;
    const json::value* layers = member(lambda, "Layers");
    if (layers == nullptr || !layers->is_array()) return found;
    for (const json::value& layer : layers->get_array()) {
        const std::string logical_id = referred_to(layer);
        const json::value* resource = context.resources->if_contains(logical_id);
        const json::object* members = resource == nullptr ? nullptr : resource->if_object();
        const json::value* properties = members == nullptr ? nullptr : member(*members, "Properties");
        if (properties == nullptr || !properties->is_object()) continue;
        const json::value* publishes = member(properties->get_object(), "PublishLambdaVersion");
        if (publishes != nullptr && *publishes == json::value(true))
            found.insert_or_assign(logical_id, *properties);
    }
    return found;
}

/// What a change of makes a new version.
json::value watched(const json::object& properties, const json::object& lambda, const Context& context) {
    const json::value* all = member(properties, "AutoPublishAliasAllProperties");
    if (all != nullptr && *all == json::value(true)) {
        json::object everything = lambda;
        for (auto& [name, layer] : publishing_layers(lambda, context)) everything[name] = layer;
        return everything;
    }
    json::object watched = lambda.at("Code").as_object();
    if (const json::value* environment = member(lambda, "Environment");
        environment != nullptr && environment->is_object()) {
        for (const auto& [name, value] : environment->get_object()) watched.insert_or_assign(name, value);
    }
    if (const json::value* memory = member(lambda, "MemorySize"))
        watched.insert_or_assign("MemorySize", *memory);
    const json::value* snap = member(lambda, "SnapStart");
    const json::value* applies =
        snap != nullptr && snap->is_object() ? member(snap->get_object(), "ApplyOn") : nullptr;
    if (applies != nullptr && *applies != json::value("None")) watched.insert_or_assign("SnapStart", *snap);
    return watched;
}

}  // namespace

Result<PublishedVersion> publish_version(const std::string& function, const json::object& properties,
                                         json::object& lambda, const Context& context) {
    PublishedVersion published;
    auto name = alias_name_of(function, properties, context);
    if (!name) return std::unexpected(name.error());
    published.alias_name = std::move(*name);
    lambda["Code"] = resolve_parameters(lambda.at("Code"), context);
    auto given = take_given_hash(function, properties, lambda, context);
    if (!given) return std::unexpected(given.error());
    const std::string hash =
        given->empty() ? short_hash(watched(properties, lambda, context)) : given->substr(0, kHashDigits);
    published.version_id = fmt::format("{}Version{}", function, hash);
    published.version.emplace("FunctionName", ref_to(function));
    if (const json::value* description = member(properties, "VersionDescription"))
        published.version.emplace("Description", *description);

    std::string plain;
    for (const char c : published.alias_name) plain += c == '-' ? 'D' : c == '_' ? 'U' : c;
    published.alias_id = fmt::format("{}Alias{}", function, plain);
    published.alias = {{"Name", published.alias_name},
                       {"FunctionName", ref_to(function)},
                       {"FunctionVersion", attribute_of(published.version_id, "Version")}};
    if (const json::value* provisioned = member(properties, "ProvisionedConcurrencyConfig"))
        published.alias.emplace("ProvisionedConcurrencyConfig", *provisioned);
    return published;
}

}  // namespace millrace::cloudformation::sam
