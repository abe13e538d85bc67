#include "services/lambda/resources/mapping_resource.h"

#include <boost/json.hpp>

#include "ports/property_types.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/from_templates.h"
#include "services/lambda/ops/mapping_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/source_rules.h"
#include "services/lambda/resources/properties.h"

namespace millrace::lambda {

namespace json = boost::json;
using Configuration = api::lambda::EventSourceMappingConfiguration;
using Update = ports::PropertyModel::Update;

namespace {

auto answer_resource(ports::ResourceDone done) {
    return [done = std::move(done)](aws::Outcome<Configuration> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        const std::string uuid = outcome->uuid.value_or("");
        done(ports::Resource{
            .physical_id = uuid,
            .attributes = {{"Id", uuid},
                           {"EventSourceMappingArn", outcome->event_source_mapping_arn.value_or("")}}});
    };
}

json::object with_api_names(json::object properties) {
    if (const json::value* key = properties.if_contains("KmsKeyArn")) properties["KMSKeyArn"] = *key;
    reshape_tags(properties);
    return properties;
}

template <class T>
void set_default(std::optional<T>& value, T otherwise) {
    if (!value) value = std::move(otherwise);
}

constexpr std::string_view kMappingTypes =
    "AmazonManagedKafkaEventSourceConfig{ConsumerGroupId SchemaRegistryConfig{AccessConfigs[Type URI] "
    "EventRecordFormat SchemaRegistryURI SchemaValidationConfigs[Attribute]}} "
    "BatchSize:integer BisectBatchOnFunctionError:boolean DestinationConfig{OnFailure{Destination}} "
    "DocumentDBEventSourceConfig{CollectionName DatabaseName FullDocument} Enabled:boolean EventSourceArn "
    "FilterCriteria{Filters[Pattern]} FunctionName FunctionResponseTypes[] KmsKeyArn "
    "LoggingConfig{SystemLogLevel} MaximumBatchingWindowInSeconds:integer MaximumRecordAgeInSeconds:integer "
    "MaximumRetryAttempts:integer MetricsConfig{Metrics[]} ParallelizationFactor:integer "
    "ProvisionedPollerConfig{MaximumPollers:integer MinimumPollers:integer PollerGroupName} Queues[] "
    "ScalingConfig{MaximumConcurrency:integer} SelfManagedEventSource{Endpoints{KafkaBootstrapServers[]}} "
    "SelfManagedKafkaEventSourceConfig{ConsumerGroupId ConsumptionMode "
    "SchemaRegistryConfig{AccessConfigs[Type URI] EventRecordFormat SchemaRegistryURI "
    "SchemaValidationConfigs[Attribute]}} "
    "SourceAccessConfigurations[Type URI] StartingPosition StartingPositionTimestamp:number Tags[Key Value] "
    "Topics[] TumblingWindowInSeconds:integer";

}  // namespace

ports::ResourceTypeModel mapping_resource_type() {
    ports::ResourceTypeModel type{.type = std::string(kMappingType),
                                  .attributes = {"Id", "EventSourceMappingArn"},
                                  .takes_stack_tags = true};
    for (const aws::Member& member : api::lambda::CreateEventSourceMapping::model().input->members) {
        const bool replaced = member.name == "EventSourceArn" || member.name == "StartingPosition" ||
                              member.name == "StartingPositionTimestamp" ||
                              member.name == "SelfManagedEventSource";
        type.properties.push_back(
            {.name = std::string(member.name == "KMSKeyArn" ? "KmsKeyArn" : member.name),
             .required = member.name == "FunctionName",
             .update = replaced ? Update::kReplacement : Update::kInPlace});
    }
    return ports::with_types(std::move(type), kMappingTypes);
}

void create_mapping_resource(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    auto input =
        read_properties<api::lambda::CreateEventSourceMapping>(with_api_names(std::move(request.properties)));
    if (!input) return done(std::unexpected(std::move(input.error())));
    if (auto tagged = complete_tags(request, input->tags); !tagged)
        return done(std::unexpected(std::move(tagged.error())));
    create_mapping_from_template(core, request.context, std::move(*input), answer_resource(std::move(done)));
}

void update_mapping_resource(Core& core, ports::ResourceRequest request, std::string uuid,
                             ports::ResourceDone done) {
    json::object properties = with_api_names(std::move(request.properties));
    // An update's request has not all of the properties; what is refused at creation is refused here too.
    auto whole = read_properties<api::lambda::CreateEventSourceMapping>(properties);
    if (!whole) return done(std::unexpected(std::move(whole.error())));
    if (auto unoffered = find_unoffered(*whole)) return done(std::unexpected(std::move(*unoffered)));
    properties["UUID"] = uuid;
    auto input = read_properties<api::lambda::UpdateEventSourceMapping>(properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    // What the template no longer says goes back to its default.
    const BatchSettings defaults;
    const Mapping source{.source_arn = whole->event_source_arn.value_or("")};
    set_default(input->enabled, true);
    set_default(input->batch_size, default_batch_size(source));
    set_default(input->maximum_batching_window_in_seconds,
                static_cast<std::int32_t>(defaults.window.count()));
    set_default(input->maximum_retry_attempts, defaults.retries_max);
    set_default(input->maximum_record_age_in_seconds,
                static_cast<std::int32_t>(defaults.record_age_max.count()));
    set_default(input->bisect_batch_on_function_error, defaults.bisect);
    set_default(input->function_response_types, {});
    set_default(input->parallelization_factor, defaults.lanes);
    set_default(input->filter_criteria, {});
    set_default(input->destination_config, {});
    set_default(input->scaling_config, {});
    set_default(input->metrics_config, {});
    set_default(input->kms_key_arn, {});
    set_default(input->tumbling_window_in_seconds,
                static_cast<std::int32_t>(defaults.tumbling_window.count()));
    if (auto tagged = complete_tags(request, whole->tags); !tagged)
        return done(std::unexpected(std::move(tagged.error())));
    update_mapping_from_template(core, request.context, std::move(*input), std::move(whole->tags),
                                 answer_resource(std::move(done)));
}

std::string find_unanswered_mapping(const Core& core, const ports::ResourceRequest& request) {
    const auto function =
        resolve_function_name(request.context.scope, ports::name_in(request, "FunctionName"), {});
    if (!function) return {};
    const std::string source = ports::text_in(request, "EventSourceArn", {});
    for (const Mapping* mapping : core.mappings.list(request.context.scope)) {
        const bool same = mapping->function == function->qualified_name() && mapping->source_arn == source;
        if (same && ports::made_since(mapping->last_modified, request)) return mapping->uuid;
    }
    return {};
}

void remove_mapping_resource(Core& core, const ports::ResourceRequest& request, std::string uuid,
                             ports::ResourceRemoved done) {
    delete_event_source_mapping(core, request.context, {.uuid = std::move(uuid)},
                                [done = std::move(done)](aws::Outcome<Configuration> deleted) mutable {
                                    if (deleted || deleted.error().code == "ResourceNotFoundException")
                                        return done({});
                                    done(std::unexpected(std::move(deleted.error())));
                                });
}

}  // namespace millrace::lambda
