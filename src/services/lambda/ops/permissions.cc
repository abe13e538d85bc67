#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/permission_statement.h"
#include "services/lambda/ops/policy_shapes.h"

namespace millrace::lambda {

void add_permission(Core& core, const aws::RequestContext& context, api::lambda::AddPermissionRequest input,
                    aws::Reply<api::lambda::AddPermission> reply) {
    auto target = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    if (target->reference.qualifier == kLatestVersion) {
        return reply(
            std::unexpected(invalid_parameter("We currently do not support adding policies for $LATEST.")));
    }
    aws::Outcome<std::string> statement = statement_json(input, target->arn);
    if (!statement) return reply(std::unexpected(std::move(statement.error())));
    add_statement(
        core, core.records.policies, target->record_key(),
        {.sid = std::move(input.statement_id), .json = *statement}, input.revision_id,
        [statement = *statement, reply = std::move(reply)](aws::Outcome<std::string> added) mutable {
            if (!added) return reply(std::unexpected(std::move(added.error())));
            reply(api::lambda::AddPermissionResponse{.statement = std::move(statement)});
        });
}

void remove_permission(Core& core, const aws::RequestContext& context,
                       api::lambda::RemovePermissionRequest input,
                       aws::Reply<api::lambda::RemovePermission> reply) {
    auto target = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    remove_statement(core, core.records.policies, target->record_key(), input.statement_id, input.revision_id,
                     [reply = std::move(reply)](aws::Outcome<void> removed) mutable {
                         if (!removed) return reply(std::unexpected(std::move(removed.error())));
                         reply(aws::Nothing{});
                     });
}

void get_policy(Core& core, const aws::RequestContext& context, api::lambda::GetPolicyRequest input,
                aws::Reply<api::lambda::GetPolicy> reply) {
    auto target = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const auto policy = core.records.policies.find(target->record_key());
    if (!policy) {
        return reply(std::unexpected(resource_not_found("The resource you requested does not exist.")));
    }
    reply(api::lambda::GetPolicyResponse{.policy = policy_json(*policy), .revision_id = policy->revision_id});
}

}  // namespace millrace::lambda
