#include "services/lambda/ops/from_templates.h"
#include "services/lambda/ops/mapping_shapes.h"
#include "services/lambda/ops/source_rules.h"

namespace millrace::lambda {

void update_mapping_from_template(Core& core, const aws::RequestContext& context,
                                  api::lambda::UpdateEventSourceMappingRequest input,
                                  std::optional<Tags> tags,
                                  aws::Reply<api::lambda::UpdateEventSourceMapping> reply) {
    const Mapping* before = core.mappings.find(context.scope, input.uuid);
    if (before == nullptr) return reply(std::unexpected(mapping_not_found()));
    Mapping mapping = *before;
    if (auto applied = apply(core, mapping, input); !applied) {
        return reply(std::unexpected(std::move(applied.error())));
    }
    if (tags) {
        if (auto fits = check_tags(*tags); !fits) return reply(std::unexpected(std::move(fits.error())));
        mapping.tags = std::move(*tags);
    }
    mapping.last_modified = core.clock.now();
    if (input.function_name) {
        aws::Outcome<std::string> function = existing_function(core, context.scope, *input.function_name);
        if (!function) return reply(std::unexpected(std::move(function.error())));
        mapping.function = std::move(*function);
    }
    if (auto fits = check_source_rules(core, mapping); !fits) {
        return reply(std::unexpected(std::move(fits.error())));
    }
    const std::string_view state = mapping.enabled == before->enabled ? "Updating"
                                   : mapping.enabled                  ? "Enabling"
                                                                      : "Disabling";
    core.mappings.update(
        mapping, [&core, mapping, state, reply = std::move(reply)](aws::Outcome<void> updated) mutable {
            if (!updated) return reply(std::unexpected(std::move(updated.error())));
            reply(describe(core, mapping, state));
        });
}

void update_event_source_mapping(Core& core, const aws::RequestContext& context,
                                 api::lambda::UpdateEventSourceMappingRequest input,
                                 aws::Reply<api::lambda::UpdateEventSourceMapping> reply) {
    update_mapping_from_template(core, context, std::move(input), std::nullopt, std::move(reply));
}

}  // namespace millrace::lambda
