#include <fmt/format.h>

#include "services/lambda/arn_part.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/from_templates.h"
#include "services/lambda/ops/mapping_shapes.h"
#include "services/lambda/ops/source_rules.h"

namespace millrace::lambda {

namespace {

aws::Outcome<void> check_source(const std::string& arn) {
    if (arn.starts_with("arn:") && arn.find(":kinesis:") != std::string::npos) return {};
    const auto service = arn_part(arn, 2);
    if (service == "sqs") return {};
    for (const std::string_view other : {"dynamodb", "kafka", "mq", "rds"}) {
        if (service == other)
            return std::unexpected(invalid_parameter(
                fmt::format("Event sources of {} are not offered by Millrace: {}", other, arn)));
    }
    return std::unexpected(invalid_parameter(fmt::format(
        "Unrecognized event source, must be kinesis, dynamodb stream or sqs. Unsupported source arn {}",
        arn)));
}

aws::Outcome<void> check_position(const Core& core,
                                  const api::lambda::CreateEventSourceMappingRequest& input) {
    if (!input.starting_position) {
        return std::unexpected(invalid_parameter(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null."));
    }
    const bool at_timestamp = input.starting_position == "AT_TIMESTAMP";
    if (!at_timestamp && input.starting_position_timestamp) {
        return std::unexpected(invalid_parameter("Timestamp only valid with StartingPosition AT_TIMESTAMP"));
    }
    if (at_timestamp && !input.starting_position_timestamp) {
        return std::unexpected(
            invalid_parameter("StartingPosition AT_TIMESTAMP needs a StartingPositionTimestamp."));
    }
    if (at_timestamp && *input.starting_position_timestamp < WallTime{}) {
        return std::unexpected(invalid_parameter(
            "Received Exception while reading from provided stream. class java.lang.Long can "
            "not be converted to a Timestamp"));
    }
    if (at_timestamp && *input.starting_position_timestamp > core.clock.now()) {
        return std::unexpected(invalid_parameter("StartingPositionTimestamp must not be in the future."));
    }
    return {};
}

aws::Outcome<void> check_no_position(const api::lambda::CreateEventSourceMappingRequest& input) {
    if (!input.starting_position && !input.starting_position_timestamp) return {};
    return std::unexpected(invalid_parameter("StartingPosition is not valid for SQS event sources."));
}

aws::Outcome<Mapping> make_mapping(const Core& core, const aws::Scope& scope,
                                   const api::lambda::CreateEventSourceMappingRequest& input) {
    if (auto unoffered = find_unoffered(input)) return std::unexpected(std::move(*unoffered));
    if (!input.event_source_arn) return std::unexpected(invalid_parameter("Unrecognized event source."));
    if (auto source = check_source(*input.event_source_arn); !source) return std::unexpected(source.error());
    const bool stream = arn_part(*input.event_source_arn, 2) == "kinesis";
    auto position = stream ? check_position(core, input) : check_no_position(input);
    if (!position) return std::unexpected(position.error());
    aws::Outcome<std::string> function = existing_function(core, scope, input.function_name);
    if (!function) return std::unexpected(std::move(function.error()));
    Mapping mapping{.scope = scope,
                    .uuid = make_uuid(core.random),
                    .source_arn = *input.event_source_arn,
                    .function = std::move(*function),
                    .position_timestamp = input.starting_position_timestamp,
                    .last_modified = core.clock.now()};
    mapping.batches.batch_size = default_batch_size(mapping);
    if (stream) mapping.position = *position_from_name(*input.starting_position);
    if (auto applied = apply(core, mapping, input); !applied) {
        return std::unexpected(std::move(applied.error()));
    }
    if (auto fits = check_source_rules(core, mapping); !fits) {
        return std::unexpected(std::move(fits.error()));
    }
    return mapping;
}

}  // namespace

void create_event_source_mapping(Core& core, const aws::RequestContext& context,
                                 api::lambda::CreateEventSourceMappingRequest input,
                                 aws::Reply<api::lambda::CreateEventSourceMapping> reply) {
    if (auto own = check_own_tags(input.tags.value_or(Tags())); !own)
        return reply(std::unexpected(std::move(own.error())));
    create_mapping_from_template(core, context, std::move(input), std::move(reply));
}

void create_mapping_from_template(Core& core, const aws::RequestContext& context,
                                  api::lambda::CreateEventSourceMappingRequest input,
                                  aws::Reply<api::lambda::CreateEventSourceMapping> reply) {
    aws::Outcome<Mapping> checked = make_mapping(core, context.scope, input);
    if (!checked) return reply(std::unexpected(std::move(checked.error())));
    Mapping mapping = std::move(*checked);
    if (const std::string other = core.mappings.find_duplicate(mapping); !other.empty()) {
        constexpr std::string_view kQueueTwice =
            "An event source mapping with SQS arn (\" {} \") and function (\" {} \") already exists. Please "
            "update or delete the existing mapping with UUID {}";
        constexpr std::string_view kStreamTwice =
            "The event source arn (\" {} \") and function (\" {} \") provided mapping already exists. Please "
            "update or delete the existing mapping with UUID {}";
        return reply(std::unexpected(
            resource_conflict(fmt::format(fmt::runtime(mapping.reads_queue() ? kQueueTwice : kStreamTwice),
                                          mapping.source_arn, mapping.function, other))));
    }
    core.mappings.create(mapping, [&core, mapping,
                                   reply = std::move(reply)](aws::Outcome<void> created) mutable {
        if (!created) return reply(std::unexpected(std::move(created.error())));
        reply(describe(core, mapping, mapping.reads_queue() && !mapping.enabled ? "Disabled" : "Creating"));
    });
}

}  // namespace millrace::lambda
