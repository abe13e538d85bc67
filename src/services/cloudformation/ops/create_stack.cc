#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/request_token.h"
#include "services/cloudformation/ops/submission.h"

namespace millrace::cloudformation {

namespace {

aws::Outcome<OnFailure> on_failure_of(const api::cloudformation::CreateStackInput& input) {
    if (input.on_failure && input.disable_rollback) {
        return std::unexpected(
            validation_error("Either DisableRollback or OnFailure can be specified, not both."));
    }
    if (disables_rollback(input) || input.on_failure == "DO_NOTHING") return OnFailure::kDoNothing;
    return input.on_failure == "DELETE" ? OnFailure::kDelete : OnFailure::kRollback;
}

/// `in_review` is the stack that a change set began and nobody executed, if there is one: it is created now.
aws::Outcome<StackHeader> header_of(const Stacks& stacks, const aws::RequestContext& context,
                                    const Stack* in_review, api::cloudformation::CreateStackInput& input) {
    if (auto named = check_stack_name(input.stack_name); !named) return std::unexpected(named.error());
    if (const auto member = unhonoured_member(input)) return std::unexpected(not_offered(*member));
    auto on_failure = on_failure_of(input);
    if (!on_failure) return std::unexpected(on_failure.error());

    StackHeader header =
        in_review != nullptr ? in_review->header : stacks.new_header(context, input.stack_name);
    auto submission = prepare(stacks, header, nullptr, submission_request(input));
    if (!submission) return std::unexpected(submission.error());
    header.blueprint = std::move(submission->blueprint);
    header.on_failure = *on_failure;
    header.retain_except_on_create = input.retain_except_on_create.value_or(false);
    header.timeout_minutes = input.timeout_in_minutes.value_or(0);
    header.termination_protection = input.enable_termination_protection.value_or(false);
    return header;
}

}  // namespace

void create_stack(Stacks& stacks, const aws::RequestContext& context,
                  api::cloudformation::CreateStackInput input,
                  aws::Reply<api::cloudformation::CreateStack> reply) {
    RequestToken token = request_token<api::cloudformation::CreateStack>(input);
    const Stack* existing = stacks.find(context.scope, input.stack_name);
    const bool in_review = existing != nullptr && existing->header.status == StackStatus::kReviewInProgress;
    if (existing != nullptr && !in_review) {
        const auto repeated = is_repeated(*existing, token);
        if (!repeated) return reply(std::unexpected(repeated.error()));
        if (*repeated) return reply(api::cloudformation::CreateStackOutput{.stack_id = existing->header.id});
        return reply(std::unexpected(api::cloudformation::already_exists_exception(
            fmt::format("Stack [{}] already exists", input.stack_name))));
    }
    if (stacks.is_arriving(context.scope, input.stack_name)) {
        return reply(std::unexpected(api::cloudformation::already_exists_exception(
            fmt::format("Stack [{}] already exists", input.stack_name))));
    }
    auto header = header_of(stacks, context, existing, input);
    if (!header) return reply(std::unexpected(std::move(header.error())));
    header->token = std::move(token);
    auto policy = given_stack_policy(std::move(input.stack_policy_body), input.stack_policy_url);
    if (!policy) return reply(std::unexpected(std::move(policy.error())));
    const std::string uuid = header->uuid;
    std::string id = header->id;
    StackChange change = creation_of(std::move(*header), stacks.now());
    if (in_review) change.change_sets = obsolete(existing->change_sets);
    if (*policy)
        change.settings.emplace(StackSettings{change.header->termination_protection, std::move(**policy)});
    stacks.begin(uuid, std::move(change),
                 [id = std::move(id), reply = std::move(reply)](aws::Outcome<void> begun) mutable {
                     if (!begun) return reply(std::unexpected(std::move(begun.error())));
                     reply(api::cloudformation::CreateStackOutput{.stack_id = std::move(id)});
                 });
}

}  // namespace millrace::cloudformation
