#include "ports/system_tags.h"
#include "services/logs/errors.h"
#include "services/logs/limits.h"
#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void tag_resource(Groups& groups, const aws::RequestContext& context, api::logs::TagResourceRequest input,
                  aws::Reply<api::logs::TagResource> reply) {
    auto name = group_of_resource(context.scope, input.resource_arn);
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (ports::has_system_tag(input.tags)) return reply(std::unexpected(system_tag_refused()));
    auto add_tags = [tags = std::move(input.tags)](LogGroup& group) -> aws::Outcome<void> {
        for (const auto& [key, value] : tags) group.tags.insert_or_assign(key, value);
        if (ports::count_own_tags(group.tags) <= kTagsMax) return {};
        return std::unexpected(
            api::logs::too_many_tags_exception("The resource would have more than 50 tags."));
    };
    groups.edit_group(context.scope, std::move(*name), std::move(add_tags), answer_with(std::move(reply)));
}

}  // namespace millrace::logs
