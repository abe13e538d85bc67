#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {

void list_tags_for_resource(Parameters& parameters, const aws::RequestContext& context,
                            api::ssm::ListTagsForResourceRequest input,
                            aws::Reply<api::ssm::ListTagsForResource> reply) {
    const auto name = tagged_parameter(parameters, context.scope, input.resource_type, input.resource_id);
    if (!name) return reply(std::unexpected(name.error()));
    api::ssm::ListTagsForResourceResult output;
    output.tag_list.emplace();
    for (const auto& [key, value] : parameters.find(context.scope, *name)->tags)
        output.tag_list->push_back({.key = key, .value = value});
    reply(std::move(output));
}

}  // namespace millrace::ssm
