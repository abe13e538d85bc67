#include "services/lambda/ops/mapping_shapes.h"

#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/filters/filter_criteria.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/failure_destination.h"
#include "services/lambda/ops/given.h"
#include "services/lambda/ops/mapping_tags.h"

namespace millrace::lambda {

namespace {

template <class Request>
std::optional<std::string_view> unoffered_in_both(const Request& r) {
    if (any(r.source_access_configurations)) return "SourceAccessConfigurations";
    if (r.amazon_managed_kafka_event_source_config) return "AmazonManagedKafkaEventSourceConfig";
    if (r.self_managed_kafka_event_source_config) return "SelfManagedKafkaEventSourceConfig";
    if (r.document_db_event_source_config) return "DocumentDBEventSourceConfig";
    if (r.logging_config) return "LoggingConfig";
    if (r.provisioned_poller_config) return "ProvisionedPollerConfig";
    return std::nullopt;
}

constexpr int kRecordAgeLeast = 60;

template <class Request>
aws::Outcome<BatchSettings> apply_batches(BatchSettings s, const Request& r) {
    s.batch_size = r.batch_size.value_or(s.batch_size);
    if (r.maximum_batching_window_in_seconds) s.window = Seconds{*r.maximum_batching_window_in_seconds};
    s.retries_max = r.maximum_retry_attempts.value_or(s.retries_max);
    if (r.maximum_record_age_in_seconds) s.record_age_max = Seconds{*r.maximum_record_age_in_seconds};
    s.lanes = r.parallelization_factor.value_or(s.lanes);
    if (r.tumbling_window_in_seconds) s.tumbling_window = Seconds{*r.tumbling_window_in_seconds};
    s.bisect = r.bisect_batch_on_function_error.value_or(s.bisect);
    if (r.function_response_types) s.report_failures = !r.function_response_types->empty();
    const auto age = s.record_age_max.count();
    if (age != -1 && age < kRecordAgeLeast) {
        return std::unexpected(
            invalid_parameter("MaximumRecordAgeInSeconds must be -1, or between 60 and 604800."));
    }
    return s;
}

// What is given replaces what was, also when it is empty.
template <class Request>
aws::Outcome<void> apply_filters(Mapping& mapping, const Request& r) {
    if (!r.filter_criteria) return {};
    mapping.filters.clear();
    if (r.filter_criteria->filters) {
        for (const auto& filter : *r.filter_criteria->filters) {
            mapping.filters.push_back(filter.pattern.value_or(""));
        }
    }
    const auto compiled =
        FilterCriteria::compile(mapping.filters, mapping.reads_queue() ? FilterCriteria::Source::kSqs
                                                                       : FilterCriteria::Source::kKinesis);
    if (!compiled) return std::unexpected(invalid_parameter(compiled.error().message));
    return {};
}

// The other groups of metrics are Kafka's.
template <class Request>
aws::Outcome<void> apply_metrics(Mapping& mapping, const Request& r) {
    if (!r.metrics_config) return {};
    mapping.counts_events = false;
    if (!r.metrics_config->metrics) return {};
    for (const std::string& metric : *r.metrics_config->metrics) {
        if (metric != "EventCount") {
            return std::unexpected(invalid_parameter(fmt::format(
                "Unsupported metric {} in MetricsConfig for given event source mapping type.", metric)));
        }
        mapping.counts_events = true;
    }
    return {};
}

template <class Request>
aws::Outcome<void> apply_settings(const Core& core, Mapping& mapping, const Request& r) {
    if (const auto property = unoffered_in_both(r)) return std::unexpected(not_offered(*property));
    aws::Outcome<BatchSettings> batches = apply_batches(mapping.batches, r);
    if (!batches) return std::unexpected(std::move(batches.error()));
    mapping.batches = *batches;
    mapping.enabled = r.enabled.value_or(mapping.enabled);
    mapping.kms_key = r.kms_key_arn.value_or(mapping.kms_key);
    if (r.scaling_config) mapping.concurrency_max = r.scaling_config->maximum_concurrency;
    if (auto filters = apply_filters(mapping, r); !filters) return filters;
    if (auto metrics = apply_metrics(mapping, r); !metrics) return metrics;
    if (r.destination_config) {
        aws::Outcome<std::string> destination =
            failure_destination(core, mapping.scope, *r.destination_config);
        if (!destination) return std::unexpected(std::move(destination.error()));
        mapping.failure_destination = std::move(*destination);
    }
    return {};
}

void describe_stream(const Core& core, const Mapping& m, api::lambda::EventSourceMappingConfiguration& c) {
    c.starting_position = position_name(m.position);
    c.starting_position_timestamp = m.position_timestamp;
    c.parallelization_factor = m.batches.lanes;
    c.last_processing_result = core.mappings.last_result(m);
    auto& destination = c.destination_config.emplace().on_failure.emplace().destination;
    if (!m.failure_destination.empty()) destination = m.failure_destination;
    c.maximum_record_age_in_seconds = static_cast<std::int32_t>(m.batches.record_age_max.count());
    c.bisect_batch_on_function_error = m.batches.bisect;
    c.maximum_retry_attempts = m.batches.retries_max;
    c.tumbling_window_in_seconds = static_cast<std::int32_t>(m.batches.tumbling_window.count());
}

}  // namespace

std::string_view state_of(const Mapping& mapping) {
    return mapping.enabled ? "Enabled" : "Disabled";
}

api::lambda::EventSourceMappingConfiguration describe(const Core& core, const Mapping& m,
                                                      std::string_view state) {
    api::lambda::EventSourceMappingConfiguration c;
    c.uuid = m.uuid;
    c.batch_size = m.batches.batch_size;
    c.maximum_batching_window_in_seconds = static_cast<std::int32_t>(m.batches.window.count());
    c.event_source_arn = m.source_arn;
    c.function_arn = function_arn(m.scope, m.function);
    c.last_modified = m.last_modified;
    c.state = state;
    c.state_transition_reason = m.reads_queue() ? "USER_INITIATED" : "User action";
    for (const std::string& pattern : m.filters) {
        if (!c.filter_criteria) c.filter_criteria.emplace().filters.emplace();
        c.filter_criteria->filters->push_back({.pattern = pattern});
    }
    c.function_response_types.emplace();
    if (m.batches.report_failures) c.function_response_types->push_back("ReportBatchItemFailures");
    c.event_source_mapping_arn = m.arn();
    if (!m.kms_key.empty()) c.kms_key_arn = m.kms_key;
    if (m.counts_events) c.metrics_config.emplace().metrics.emplace().push_back("EventCount");
    if (m.reads_queue()) {
        if (m.concurrency_max) {
            c.scaling_config.emplace().maximum_concurrency = static_cast<std::int32_t>(*m.concurrency_max);
        }
    } else {
        describe_stream(core, m, c);
    }
    return c;
}

aws::ServiceError mapping_not_found() {
    return resource_not_found("The resource you requested does not exist.");
}

std::optional<aws::ServiceError> find_unoffered(const api::lambda::CreateEventSourceMappingRequest& request) {
    if (any(request.topics)) return not_offered("Topics");
    if (any(request.queues)) return not_offered("Queues");
    if (request.self_managed_event_source) return not_offered("SelfManagedEventSource");
    if (const auto property = unoffered_in_both(request)) return not_offered(*property);
    return std::nullopt;
}

aws::Outcome<void> apply(const Core& core, Mapping& mapping,
                         const api::lambda::CreateEventSourceMappingRequest& request) {
    if (request.tags) {
        if (auto fits = check_tags(*request.tags); !fits) return fits;
        mapping.tags = *request.tags;
    }
    return apply_settings(core, mapping, request);
}

aws::Outcome<void> apply(const Core& core, Mapping& mapping,
                         const api::lambda::UpdateEventSourceMappingRequest& request) {
    return apply_settings(core, mapping, request);
}

aws::Outcome<std::string> existing_function(const Core& core, const aws::Scope& scope,
                                            std::string_view reference) {
    aws::Outcome<FunctionReference> named = resolve_function_name(scope, reference);
    if (!named) return std::unexpected(std::move(named.error()));
    if (!core.functions.find(scope, named->name, named->qualifier)) {
        return std::unexpected(invalid_parameter("Function does not exist"));
    }
    return named->qualified_name();
}

}  // namespace millrace::lambda
