#include "services/logs/errors.h"
#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void list_tags_for_resource(Groups& groups, const aws::RequestContext& context,
                            api::logs::ListTagsForResourceRequest input,
                            aws::Reply<api::logs::ListTagsForResource> reply) {
    const auto name = group_of_resource(context.scope, input.resource_arn);
    if (!name) return reply(std::unexpected(name.error()));
    const LogGroup* group = groups.state().find_group(context.scope, *name);
    if (group == nullptr) return reply(std::unexpected(group_not_found()));
    reply(api::logs::ListTagsForResourceResponse{.tags = group->tags});
}

}  // namespace millrace::logs
