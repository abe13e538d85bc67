#include <boost/json.hpp>

#include "ports/property_types.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/resources/properties.h"
#include "services/lambda/resources/resource_kind.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

// A template names the function as TargetFunctionArn, the API as FunctionName.
json::object as_url_request(json::object properties) {
    if (const json::value* target = properties.if_contains("TargetFunctionArn"))
        properties["FunctionName"] = json::value(*target);
    properties.erase("TargetFunctionArn");
    return properties;
}

template <class Response>
auto answer_url_resource(ports::ResourceDone done) {
    return [done = std::move(done)](aws::Outcome<Response> stored) mutable {
        if (!stored) return done(std::unexpected(std::move(stored.error())));
        done(ports::Resource{
            .physical_id = stored->function_arn,
            .attributes = {{"FunctionArn", stored->function_arn}, {"FunctionUrl", stored->function_url}}});
    };
}

void create_url_resource(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    auto input =
        read_properties<api::lambda::CreateFunctionUrlConfig>(as_url_request(std::move(request.properties)));
    if (!input) return done(std::unexpected(std::move(input.error())));
    create_function_url_config(
        core, request.context, std::move(*input),
        answer_url_resource<api::lambda::CreateFunctionUrlConfigResponse>(std::move(done)));
}

// What the template no longer says goes back to its default.
void update_url_resource(Core& core, ports::ResourceRequest request, std::string, const json::object&,
                         ports::ResourceDone done) {
    auto input =
        read_properties<api::lambda::UpdateFunctionUrlConfig>(as_url_request(std::move(request.properties)));
    if (!input) return done(std::unexpected(std::move(input.error())));
    if (!input->cors) input->cors.emplace();
    if (!input->invoke_mode) input->invoke_mode = "BUFFERED";
    update_function_url_config(
        core, request.context, std::move(*input),
        answer_url_resource<api::lambda::UpdateFunctionUrlConfigResponse>(std::move(done)));
}

std::string find_unanswered_url(const Core& core, const ports::ResourceRequest& request) {
    const auto target =
        find_target(core, request.context.scope, ports::text_in(request, "TargetFunctionArn", {}),
                    ports::text_in(request, "Qualifier", {}));
    if (!target) return {};
    const auto url = core.records.urls.find(target->record_key());
    return url && ports::made_since(url->created, request) ? target->arn : std::string();
}

void remove_url_resource(Core& core, const ports::ResourceRequest& request, std::string id,
                         ports::ResourceRemoved done) {
    delete_function_url_config(core, request.context, {.function_name = std::move(id)},
                               answer_removed<aws::Nothing>(std::move(done)));
}

}  // namespace

ResourceKind url_kind() {
    return {.type = ports::with_types(
                resource_type("AWS::Lambda::Url", {"AuthType", "TargetFunctionArn"},
                              {"Cors", "InvokeMode", "Qualifier"}, {"AuthType", "Cors", "InvokeMode"},
                              {"FunctionArn", "FunctionUrl"}),
                "AuthType Cors{AllowCredentials:boolean AllowHeaders[] AllowMethods[] AllowOrigins[] "
                "ExposeHeaders[] MaxAge:integer} InvokeMode Qualifier TargetFunctionArn"),
            .create = create_url_resource,
            .update = update_url_resource,
            .remove = remove_url_resource,
            .find_unanswered = find_unanswered_url};
}

}  // namespace millrace::lambda
