#include "ports/system_tags.h"
#include "services/ssm/errors.h"
#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {

void remove_tags_from_resource(Parameters& parameters, const aws::RequestContext& context,
                               api::ssm::RemoveTagsFromResourceRequest input,
                               aws::Reply<api::ssm::RemoveTagsFromResource> reply) {
    auto name = tagged_parameter(parameters, context.scope, input.resource_type, input.resource_id);
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (ports::has_system_tag(input.tag_keys)) return reply(std::unexpected(system_tag_refused()));
    auto edit = [keys = std::move(input.tag_keys)](Parameter& parameter) -> aws::Outcome<void> {
        for (const std::string& key : keys) parameter.tags.erase(key);
        return {};
    };
    parameters.edit(context.scope, std::move(*name), std::move(edit),
                    answer_with(std::move(reply), api::ssm::RemoveTagsFromResourceResult{}));
}

}  // namespace millrace::ssm
