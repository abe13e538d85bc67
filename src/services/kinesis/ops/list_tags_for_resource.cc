#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/resource.h"

namespace millrace::kinesis {

void list_tags_for_resource(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::ListTagsForResourceInput input,
                            aws::Reply<api::kinesis::ListTagsForResource> reply) {
    const auto resource = resolve_resource(streams, context.scope, resource_target_of(input));
    if (!resource) return reply(std::unexpected(resource.error()));
    const Tags& tags =
        resource->consumer != nullptr ? resource->consumer->tags : resource->stream->options.tags;
    api::kinesis::ListTagsForResourceOutput output;
    output.tags.emplace();
    for (const auto& [key, value] : tags) output.tags->push_back({.key = key, .value = value});
    reply(std::move(output));
}

}  // namespace millrace::kinesis
