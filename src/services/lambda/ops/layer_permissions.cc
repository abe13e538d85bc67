#include <fmt/format.h>

#include "codec/json_writer.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/layer_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/permission_statement.h"
#include "services/lambda/ops/policy_shapes.h"

namespace millrace::lambda {

namespace {

template <class Input>
aws::Outcome<LayerVersionPtr> find_version(const Core& core, const aws::Scope& scope, const Input& input) {
    aws::Outcome<LayerName> layer = resolve_layer_name(scope, input.layer_name);
    if (!layer) return std::unexpected(std::move(layer.error()));
    aws::Outcome<LayerVersionPtr> version = find_layer_version(core, *layer, input.version_number);
    if (!version) {
        return std::unexpected(resource_not_found(
            fmt::format("Layer version arn:aws:lambda:{}:{}:layer:{}:{} does not exist.", layer->scope.region,
                        layer->scope.account, layer->name, input.version_number)));
    }
    return version;
}

std::string key_of(const LayerVersion& version) {
    return fmt::format("{}{}", record_prefix(version.scope, version.name), version.version);
}

aws::Outcome<std::string> statement_json(const api::lambda::AddLayerVersionPermissionRequest& input,
                                         const std::string& arn) {
    if (input.organization_id && input.principal != "*") {
        return std::unexpected(invalid_parameter("OrganizationId needs the Principal \"*\"."));
    }
    aws::Outcome<std::string> principal = principal_json(input.principal);
    if (!principal) return principal;
    std::string out;
    codec::JsonWriter json(out);
    json.begin_object().key("Sid").string(input.statement_id).key("Effect").string("Allow");
    json.key("Principal").raw(*principal).key("Action").string(input.action).key("Resource").string(arn);
    if (input.organization_id) {
        json.key("Condition").begin_object().key("StringEquals").begin_object();
        json.key("aws:PrincipalOrgID").string(*input.organization_id).end_object().end_object();
    }
    json.end_object();
    return out;
}

}  // namespace

void add_layer_version_permission(Core& core, const aws::RequestContext& context,
                                  api::lambda::AddLayerVersionPermissionRequest input,
                                  aws::Reply<api::lambda::AddLayerVersionPermission> reply) {
    auto version = find_version(core, context.scope, input);
    if (!version) return reply(std::unexpected(std::move(version.error())));
    aws::Outcome<std::string> statement = statement_json(input, (*version)->arn());
    if (!statement) return reply(std::unexpected(std::move(statement.error())));
    add_statement(
        core, core.layers.policies, key_of(**version),
        {.sid = std::move(input.statement_id), .json = *statement}, input.revision_id,
        [statement = *statement, reply = std::move(reply)](aws::Outcome<std::string> added) mutable {
            if (!added) return reply(std::unexpected(std::move(added.error())));
            reply(api::lambda::AddLayerVersionPermissionResponse{.statement = std::move(statement),
                                                                 .revision_id = std::move(*added)});
        });
}

void remove_layer_version_permission(Core& core, const aws::RequestContext& context,
                                     api::lambda::RemoveLayerVersionPermissionRequest input,
                                     aws::Reply<api::lambda::RemoveLayerVersionPermission> reply) {
    auto version = find_version(core, context.scope, input);
    if (!version) return reply(std::unexpected(std::move(version.error())));
    remove_statement(core, core.layers.policies, key_of(**version), input.statement_id, input.revision_id,
                     [reply = std::move(reply)](aws::Outcome<void> removed) mutable {
                         if (!removed) return reply(std::unexpected(std::move(removed.error())));
                         reply(aws::Nothing{});
                     });
}

void get_layer_version_policy(Core& core, const aws::RequestContext& context,
                              api::lambda::GetLayerVersionPolicyRequest input,
                              aws::Reply<api::lambda::GetLayerVersionPolicy> reply) {
    auto version = find_version(core, context.scope, input);
    if (!version) return reply(std::unexpected(std::move(version.error())));
    const auto policy = core.layers.policies.find(key_of(**version));
    if (!policy) {
        return reply(std::unexpected(resource_not_found("No policy is associated with the given resource.")));
    }
    reply(api::lambda::GetLayerVersionPolicyResponse{.policy = policy_json(*policy),
                                                     .revision_id = policy->revision_id});
}

}  // namespace millrace::lambda
