#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/resource.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/tags.h"

namespace millrace::kinesis {

void untag_resource(Streams& streams, const aws::RequestContext& context,
                    api::kinesis::UntagResourceInput input, aws::Reply<api::kinesis::UntagResource> reply) {
    change_resource(
        streams, context.scope, resource_target_of(input),
        [&](const ResourceSettings& resource) {
            return remove_tags({.scope = context.scope, .kind = resource.kind, .name = resource.name},
                               resource.tags, input.tag_keys);
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
