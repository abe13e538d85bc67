#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void delete_retention_policy(Groups& groups, const aws::RequestContext& context,
                             api::logs::DeleteRetentionPolicyRequest input,
                             aws::Reply<api::logs::DeleteRetentionPolicy> reply) {
    const auto keep_for_ever = [](LogGroup& group) -> aws::Outcome<void> {
        group.retention_days.reset();
        return {};
    };
    groups.edit_group(context.scope, std::move(input.log_group_name), keep_for_ever,
                      answer_with(std::move(reply)));
}

}  // namespace millrace::logs
