#include <boost/json.hpp>

#include "ports/property_types.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/resources/properties.h"
#include "services/lambda/resources/provisioned_property.h"
#include "services/lambda/resources/resource_kind.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

// [{"FunctionVersion": v, "FunctionWeight": w}] to {v: w}, as the API takes them.
json::object with_api_names(json::object properties) {
    json::value* routing = properties.if_contains("RoutingConfig");
    json::value* weights = routing != nullptr && routing->is_object()
                               ? routing->as_object().if_contains("AdditionalVersionWeights")
                               : nullptr;
    if (weights == nullptr || !weights->is_array()) return properties;
    json::object map;
    for (const json::value& item : weights->as_array()) {
        const json::object* pair = item.if_object();
        const json::value* version = pair != nullptr ? pair->if_contains("FunctionVersion") : nullptr;
        const json::value* weight = pair != nullptr ? pair->if_contains("FunctionWeight") : nullptr;
        if (version == nullptr || weight == nullptr) continue;
        map[version->is_string() ? std::string_view(version->as_string()) : json::serialize(*version)] =
            *weight;
    }
    *weights = std::move(map);
    return properties;
}

auto answer_alias(Core& core, aws::Scope scope, json::object properties, ports::ResourceDone done) {
    return [&core, scope = std::move(scope), properties = std::move(properties),
            done = std::move(done)](aws::Outcome<api::lambda::AliasConfiguration> stored) mutable {
        if (!stored) return done(std::unexpected(std::move(stored.error())));
        const std::string arn = stored->alias_arn.value_or("");
        apply_provisioned_property(core, scope, arn, properties,
                                   {.physical_id = arn, .attributes = {{"AliasArn", arn}}}, std::move(done));
    };
}

void create(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    json::object properties = with_api_names(std::move(request.properties));
    auto input = read_properties<api::lambda::CreateAlias>(properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    create_alias(core, request.context, std::move(*input),
                 answer_alias(core, request.context.scope, std::move(properties), std::move(done)));
}

void update(Core& core, ports::ResourceRequest request, std::string, const json::object&,
            ports::ResourceDone done) {
    json::object properties = with_api_names(std::move(request.properties));
    auto input = read_properties<api::lambda::UpdateAlias>(properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    // What the template no longer says goes back to its default.
    if (!input->description) input->description = "";
    if (!input->routing_config) input->routing_config.emplace();
    update_alias(core, request.context, std::move(*input),
                 answer_alias(core, request.context.scope, std::move(properties), std::move(done)));
}

/// An alias has no time of its own: it is as new as what the same stack made, or changed, of its function.
std::string find_unanswered(const Core& core, const ports::ResourceRequest& request) {
    const aws::Scope& scope = request.context.scope;
    const auto named = resolve_function_name(scope, ports::name_in(request, "FunctionName"), {});
    if (!named) return {};
    const FunctionPtr function = core.functions.find(scope, named->name);
    if (!function || !ports::made_since(function->last_modified, request)) return {};
    return function_arn(scope, named->name + ":" + ports::name_in(request, "Name"));
}

void remove(Core& core, const ports::ResourceRequest& request, std::string arn, ports::ResourceRemoved done) {
    const std::size_t colon = arn.rfind(':');
    if (colon == std::string::npos) return done({});  // it never was made
    delete_alias(core, request.context,
                 {.function_name = arn.substr(0, colon), .name = arn.substr(colon + 1)},
                 answer_removed<aws::Nothing>(std::move(done)));
}

}  // namespace

ResourceKind alias_kind() {
    return {
        .type = ports::with_types(
            resource_type("AWS::Lambda::Alias", {"FunctionName", "FunctionVersion", "Name"},
                          {"Description", "ProvisionedConcurrencyConfig", "RoutingConfig"},
                          {"FunctionVersion", "Description", "ProvisionedConcurrencyConfig", "RoutingConfig"},
                          {"AliasArn"}),
            "Description FunctionName FunctionVersion Name "
            "ProvisionedConcurrencyConfig{ProvisionedConcurrentExecutions:integer} "
            "RoutingConfig{AdditionalVersionWeights[FunctionVersion FunctionWeight:number]}"),
        .create = create,
        .update = update,
        .remove = remove,
        .find_unanswered = find_unanswered};
}

}  // namespace millrace::lambda
