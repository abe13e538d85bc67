#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/resource.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/tags.h"

namespace millrace::kinesis {

void tag_resource(Streams& streams, const aws::RequestContext& context, api::kinesis::TagResourceInput input,
                  aws::Reply<api::kinesis::TagResource> reply) {
    change_resource(
        streams, context.scope, resource_target_of(input),
        [&](const ResourceSettings& resource) {
            return add_tags({.scope = context.scope, .kind = resource.kind, .name = resource.name},
                            resource.tags, std::move(input.tags));
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
