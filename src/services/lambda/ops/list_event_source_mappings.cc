#include <algorithm>

#include "services/lambda/function_name.h"
#include "services/lambda/ops/mapping_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kPageMax = 100;

}  // namespace

void list_event_source_mappings(Core& core, const aws::RequestContext& context,
                                api::lambda::ListEventSourceMappingsRequest input,
                                aws::Reply<api::lambda::ListEventSourceMappings> reply) {
    std::string function;
    if (input.function_name) {
        aws::Outcome<FunctionReference> name = resolve_function_name(context.scope, *input.function_name);
        if (!name) return reply(std::unexpected(std::move(name.error())));
        function = name->qualified_name();
    }
    const auto page = std::min(kPageMax, static_cast<std::size_t>(input.max_items.value_or(kPageMax)));
    api::lambda::ListEventSourceMappingsResponse output;
    auto& listed = output.event_source_mappings.emplace();
    for (const Mapping* mapping : core.mappings.list(context.scope)) {
        // The marker is the last UUID of the page before.
        if (input.marker && mapping->uuid <= *input.marker) continue;
        if (input.event_source_arn && mapping->source_arn != *input.event_source_arn) continue;
        if (input.function_name && mapping->function != function) continue;
        if (listed.size() == page) {
            output.next_marker = listed.back().uuid;
            break;
        }
        listed.push_back(describe(core, *mapping, state_of(*mapping)));
    }
    reply(std::move(output));
}

}  // namespace millrace::lambda
