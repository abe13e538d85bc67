#include <algorithm>

#include "ports/system_tags.h"
#include "services/ssm/errors.h"
#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"
#include "services/ssm/values.h"

namespace millrace::ssm {

void add_tags_to_resource(Parameters& parameters, const aws::RequestContext& context,
                          api::ssm::AddTagsToResourceRequest input,
                          aws::Reply<api::ssm::AddTagsToResource> reply) {
    auto name = tagged_parameter(parameters, context.scope, input.resource_type, input.resource_id);
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (std::ranges::any_of(input.tags, ports::is_system_tag, &api::ssm::Tag::key))
        return reply(std::unexpected(system_tag_refused()));
    auto edit = [tags = std::move(input.tags)](Parameter& parameter) {
        for (const api::ssm::Tag& tag : tags) parameter.tags[tag.key] = tag.value;
        return check_tags(parameter);
    };
    parameters.edit(context.scope, std::move(*name), std::move(edit),
                    answer_with(std::move(reply), api::ssm::AddTagsToResourceResult{}));
}

}  // namespace millrace::ssm
