#include "services/lambda/ops/mapping_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

void delete_event_source_mapping(Core& core, const aws::RequestContext& context,
                                 api::lambda::DeleteEventSourceMappingRequest input,
                                 aws::Reply<api::lambda::DeleteEventSourceMapping> reply) {
    const Mapping* found = core.mappings.find(context.scope, input.uuid);
    if (found == nullptr) return reply(std::unexpected(mapping_not_found()));
    const Mapping mapping = *found;
    auto output = describe(core, mapping, "Deleting");
    core.mappings.remove(
        mapping, [output = std::move(output), reply = std::move(reply)](aws::Outcome<void> removed) mutable {
            if (!removed) return reply(std::unexpected(std::move(removed.error())));
            reply(std::move(output));
        });
}

}  // namespace millrace::lambda
