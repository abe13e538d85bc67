#include "services/lambda/ops/mapping_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

void get_event_source_mapping(Core& core, const aws::RequestContext& context,
                              api::lambda::GetEventSourceMappingRequest input,
                              aws::Reply<api::lambda::GetEventSourceMapping> reply) {
    const Mapping* mapping = core.mappings.find(context.scope, input.uuid);
    if (mapping == nullptr) return reply(std::unexpected(mapping_not_found()));
    reply(describe(core, *mapping, state_of(*mapping)));
}

}  // namespace millrace::lambda
