#include "base/random.h"
#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/permission_statement.h"
#include "services/lambda/ops/policy_shapes.h"
#include "services/lambda/ops/revision.h"

namespace millrace::lambda {

namespace {

/// Done when the target has the revision of its changed policy, too.
void finish(Core& core, const Target& target, std::string revision,
            std::move_only_function<void(aws::Outcome<void>)> done) {
    renew_revision(core, target, std::move(revision), [done = std::move(done)](Result<> kept) mutable {
        if (!kept) return done(std::unexpected(aws::to_service_error(kept.error())));
        done({});
    });
}

/// RemovePermission and GetPolicy speak of the policy where there is nothing that could have one.
template <class Answer>
aws::Outcome<Target> find_policy_target(const Core& core, const aws::Scope& scope, const std::string& name,
                                        const std::optional<std::string>& qualifier, Answer no_policy) {
    auto target = find_qualified_target(core, scope, name, qualifier.value_or(""));
    if (target || target.error().message.starts_with("Cannot find alias")) return target;
    const auto reference = resolve_function_name(scope, name, qualifier.value_or(""));
    if (!reference) return std::unexpected(reference.error());
    return std::unexpected(resource_not_found(no_policy(function_arn(scope, reference->qualified_name()))));
}

}  // namespace

void add_permission(Core& core, const aws::RequestContext& context, api::lambda::AddPermissionRequest input,
                    aws::Reply<api::lambda::AddPermission> reply) {
    auto target =
        find_qualified_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    if (target->reference.qualifier == kLatestVersion) {
        return reply(
            std::unexpected(invalid_parameter("We currently do not support adding policies for $LATEST.")));
    }
    if (input.revision_id && *input.revision_id != revision_of(core, *target))
        return reply(std::unexpected(stale_revision()));
    aws::Outcome<std::string> statement = statement_json(input, target->arn);
    if (!statement) return reply(std::unexpected(std::move(statement.error())));
    add_statement(core, core.records.policies, target->record_key(),
                  {.sid = std::move(input.statement_id), .json = *statement}, std::nullopt,
                  [&core, target = *target, statement = *statement,
                   reply = std::move(reply)](aws::Outcome<std::string> added) mutable {
                      if (!added) return reply(std::unexpected(std::move(added.error())));
                      finish(core, target, std::move(*added),
                             [statement = std::move(statement),
                              reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                                 if (!kept) return reply(std::unexpected(std::move(kept.error())));
                                 reply(api::lambda::AddPermissionResponse{.statement = std::move(statement)});
                             });
                  });
}

void remove_permission(Core& core, const aws::RequestContext& context,
                       api::lambda::RemovePermissionRequest input,
                       aws::Reply<api::lambda::RemovePermission> reply) {
    auto target = find_policy_target(core, context.scope, input.function_name, input.qualifier,
                                     [](const std::string& arn) { return "No policy found for: " + arn; });
    if (!target) return reply(std::unexpected(std::move(target.error())));
    if (input.revision_id && *input.revision_id != revision_of(core, *target))
        return reply(std::unexpected(stale_revision()));
    remove_statement(core, core.records.policies, target->record_key(), input.statement_id, std::nullopt,
                     [&core, target = *target, reply = std::move(reply)](aws::Outcome<void> removed) mutable {
                         if (!removed) return reply(std::unexpected(std::move(removed.error())));
                         finish(core, target, make_uuid(core.random),
                                [reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                                    if (!kept) return reply(std::unexpected(std::move(kept.error())));
                                    reply(aws::Nothing{});
                                });
                     });
}

void get_policy(Core& core, const aws::RequestContext& context, api::lambda::GetPolicyRequest input,
                aws::Reply<api::lambda::GetPolicy> reply) {
    constexpr const char* kNone = "The resource you requested does not exist.";
    auto target = find_policy_target(core, context.scope, input.function_name, input.qualifier,
                                     [](const std::string&) { return std::string(kNone); });
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const auto policy = core.records.policies.find(target->record_key());
    if (!policy) return reply(std::unexpected(resource_not_found(kNone)));
    reply(api::lambda::GetPolicyResponse{.policy = policy_json(*policy),
                                         .revision_id = revision_of(core, *target)});
}

}  // namespace millrace::lambda
