#include "ports/system_tags.h"
#include "services/logs/errors.h"
#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void create_log_group(Groups& groups, const aws::RequestContext& context,
                      api::logs::CreateLogGroupRequest input, aws::Reply<api::logs::CreateLogGroup> reply) {
    if (input.tags && ports::has_system_tag(*input.tags)) return reply(std::unexpected(system_tag_refused()));
    LogGroup group{
        .scope = context.scope, .name = std::move(input.log_group_name), .created = groups.clock().now()};
    if (input.kms_key_id) group.kms_key_id = std::move(*input.kms_key_id);
    if (input.log_group_class) group.log_class = std::move(*input.log_group_class);
    group.deletion_protected = input.deletion_protection_enabled.value_or(false);
    if (input.tags) group.tags = std::move(*input.tags);
    groups.create_group(std::move(group), answer_with(std::move(reply)));
}

}  // namespace millrace::logs
