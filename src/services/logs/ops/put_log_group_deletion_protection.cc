#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void put_log_group_deletion_protection(Groups& groups, const aws::RequestContext& context,
                                       api::logs::PutLogGroupDeletionProtectionRequest input,
                                       aws::Reply<api::logs::PutLogGroupDeletionProtection> reply) {
    const auto group = find_target(groups, context.scope, std::nullopt, input.log_group_identifier);
    if (!group) return reply(std::unexpected(group.error()));
    const auto protect = [enabled =
                              input.deletion_protection_enabled](LogGroup& edited) -> aws::Outcome<void> {
        edited.deletion_protected = enabled;
        return {};
    };
    groups.edit_group(context.scope, (*group)->name, protect, answer_with(std::move(reply)));
}

}  // namespace millrace::logs
