#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void delete_log_group(Groups& groups, const aws::RequestContext& context,
                      api::logs::DeleteLogGroupRequest input, aws::Reply<api::logs::DeleteLogGroup> reply) {
    groups.delete_group(context.scope, std::move(input.log_group_name), answer_with(std::move(reply)));
}

}  // namespace millrace::logs
