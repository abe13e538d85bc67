#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"
#include "services/logs/retention_days.h"

namespace millrace::logs {

void put_retention_policy(Groups& groups, const aws::RequestContext& context,
                          api::logs::PutRetentionPolicyRequest input,
                          aws::Reply<api::logs::PutRetentionPolicy> reply) {
    if (auto good = check_retention_days(input.retention_in_days); !good) {
        return reply(std::unexpected(std::move(good.error())));
    }
    const auto set_days = [days = input.retention_in_days](LogGroup& group) -> aws::Outcome<void> {
        group.retention_days = days;
        return {};
    };
    groups.edit_group(context.scope, std::move(input.log_group_name), set_days,
                      answer_with(std::move(reply)));
}

}  // namespace millrace::logs
