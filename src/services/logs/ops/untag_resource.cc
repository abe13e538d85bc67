#include "ports/system_tags.h"
#include "services/logs/errors.h"
#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void untag_resource(Groups& groups, const aws::RequestContext& context, api::logs::UntagResourceRequest input,
                    aws::Reply<api::logs::UntagResource> reply) {
    auto name = group_of_resource(context.scope, input.resource_arn);
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (ports::has_system_tag(input.tag_keys)) return reply(std::unexpected(system_tag_refused()));
    auto remove_tags = [keys = std::move(input.tag_keys)](LogGroup& group) -> aws::Outcome<void> {
        for (const std::string& key : keys) group.tags.erase(key);
        return {};
    };
    groups.edit_group(context.scope, std::move(*name), std::move(remove_tags), answer_with(std::move(reply)));
}

}  // namespace millrace::logs
