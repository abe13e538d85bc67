#include "services/lambda/ops/mapping_shapes.h"

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/given.h"

namespace millrace::lambda {

namespace {

template <class Request>
std::optional<std::string_view> unoffered_in_both(const Request& r) {
    if (r.filter_criteria && any(r.filter_criteria->filters)) return "FilterCriteria";
    if (r.parallelization_factor.value_or(1) > 1) return "ParallelizationFactor above 1";
    if (r.destination_config) {
        const auto& destinations = *r.destination_config;
        if (destinations.on_failure && any(destinations.on_failure->destination)) return "DestinationConfig";
        if (destinations.on_success && any(destinations.on_success->destination)) return "DestinationConfig";
    }
    if (r.tumbling_window_in_seconds.value_or(0) > 0) return "TumblingWindowInSeconds";
    if (any(r.source_access_configurations)) return "SourceAccessConfigurations";
    if (r.amazon_managed_kafka_event_source_config) return "AmazonManagedKafkaEventSourceConfig";
    if (r.self_managed_kafka_event_source_config) return "SelfManagedKafkaEventSourceConfig";
    if (r.document_db_event_source_config) return "DocumentDBEventSourceConfig";
    if (r.scaling_config) return "ScalingConfig";
    if (any(r.kms_key_arn)) return "KMSKeyArn";
    if (r.metrics_config && any(r.metrics_config->metrics)) return "MetricsConfig";
    if (r.logging_config) return "LoggingConfig";
    if (r.provisioned_poller_config) return "ProvisionedPollerConfig";
    return std::nullopt;
}

constexpr int kRecordAgeLeast = 60;

template <class Request>
aws::Outcome<BatchSettings> apply(BatchSettings s, const Request& r) {
    s.batch_size = r.batch_size.value_or(s.batch_size);
    if (r.maximum_batching_window_in_seconds) s.window = Seconds{*r.maximum_batching_window_in_seconds};
    s.retries_max = r.maximum_retry_attempts.value_or(s.retries_max);
    if (r.maximum_record_age_in_seconds) s.record_age_max = Seconds{*r.maximum_record_age_in_seconds};
    s.bisect = r.bisect_batch_on_function_error.value_or(s.bisect);
    if (r.function_response_types) s.report_failures = !r.function_response_types->empty();
    const auto age = s.record_age_max.count();
    if (age != -1 && age < kRecordAgeLeast) {
        return std::unexpected(
            invalid_parameter("MaximumRecordAgeInSeconds must be -1, or between 60 and 604800."));
    }
    return s;
}

}  // namespace

std::string_view state_of(const Mapping& mapping) {
    return mapping.enabled ? "Enabled" : "Disabled";
}

api::lambda::EventSourceMappingConfiguration describe(const Core& core, const Mapping& m,
                                                      std::string_view state) {
    api::lambda::EventSourceMappingConfiguration c;
    c.uuid = m.uuid;
    c.starting_position = position_name(m.position);
    c.starting_position_timestamp = m.position_timestamp;
    c.batch_size = m.batches.batch_size;
    c.maximum_batching_window_in_seconds = static_cast<std::int32_t>(m.batches.window.count());
    c.parallelization_factor = 1;
    c.event_source_arn = m.source_arn;
    c.function_arn = function_arn(m.scope, m.function);
    c.last_modified = m.last_modified;
    c.last_processing_result = core.mappings.last_result(m);
    c.state = state;
    c.state_transition_reason = "User action";
    c.destination_config = api::lambda::DestinationConfig{.on_failure = api::lambda::OnFailure{}};
    c.maximum_record_age_in_seconds = static_cast<std::int32_t>(m.batches.record_age_max.count());
    c.bisect_batch_on_function_error = m.batches.bisect;
    c.maximum_retry_attempts = m.batches.retries_max;
    c.tumbling_window_in_seconds = 0;
    c.function_response_types.emplace();
    if (m.batches.report_failures) c.function_response_types->push_back("ReportBatchItemFailures");
    c.event_source_mapping_arn = m.arn();
    return c;
}

aws::ServiceError mapping_not_found() {
    return resource_not_found("The resource you requested does not exist.");
}

std::optional<aws::ServiceError> find_unoffered(const api::lambda::CreateEventSourceMappingRequest& request) {
    if (any(request.topics)) return not_offered("Topics");
    if (any(request.queues)) return not_offered("Queues");
    if (request.self_managed_event_source) return not_offered("SelfManagedEventSource");
    if (request.tags && !request.tags->empty()) return not_offered("Tags of an event source mapping");
    if (const auto property = unoffered_in_both(request)) return not_offered(*property);
    return std::nullopt;
}

std::optional<aws::ServiceError> find_unoffered(const api::lambda::UpdateEventSourceMappingRequest& request) {
    if (const auto property = unoffered_in_both(request)) return not_offered(*property);
    return std::nullopt;
}

aws::Outcome<BatchSettings> batch_settings(BatchSettings settings,
                                           const api::lambda::CreateEventSourceMappingRequest& request) {
    return apply(settings, request);
}

aws::Outcome<BatchSettings> batch_settings(BatchSettings settings,
                                           const api::lambda::UpdateEventSourceMappingRequest& request) {
    return apply(settings, request);
}

aws::Outcome<std::string> existing_function(const Core& core, const aws::Scope& scope,
                                            std::string_view reference) {
    aws::Outcome<std::string> name = resolve_function_name(scope, reference);
    if (name && !core.functions.find(scope, *name)) {
        return std::unexpected(invalid_parameter("Function does not exist"));
    }
    return name;
}

}  // namespace millrace::lambda
