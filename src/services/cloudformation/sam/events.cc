#include "services/cloudformation/sam/events.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <optional>
#include <string_view>

#include "services/cloudformation/sam/managed_policies.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

/// What an event says and its mapping too.
constexpr std::string_view kPassed[] = {"BatchSize",
                                        "BisectBatchOnFunctionError",
                                        "DestinationConfig",
                                        "Enabled",
                                        "FilterCriteria",
                                        "FunctionResponseTypes",
                                        "KmsKeyArn",
                                        "LoggingConfig",
                                        "MaximumBatchingWindowInSeconds",
                                        "MaximumRecordAgeInSeconds",
                                        "MaximumRetryAttempts",
                                        "MetricsConfig",
                                        "ParallelizationFactor",
                                        "ProvisionedPollerConfig",
                                        "Queues",
                                        "ScalingConfig",
                                        "SourceAccessConfigurations",
                                        "StartingPosition",
                                        "StartingPositionTimestamp",
                                        "Topics",
                                        "TumblingWindowInSeconds"};

struct EventType {
    std::string_view name;
    std::string_view source;  ///< the property that names what is polled
    bool has_position;        ///< StartingPosition is required
    std::string_view policy;
};

constexpr EventType kTypes[] = {{"Kinesis", "Stream", true, "AWSLambdaKinesisExecutionRole"},
                                {"SQS", "Queue", false, "AWSLambdaSQSQueueExecutionRole"}};

std::unexpected<Error> invalid_event(const std::string& function, const std::string& event,
                                     std::string_view message) {
    return invalid(function, fmt::format("Event with id [{}] is invalid. {}", event, message));
}

/// OnFailure's Type only says which permission the role needs.
Result<> take_destination_type(const std::string& function, const std::string& event_id,
                               json::object& properties, RolePolicies& role) {
    json::value* config = properties.if_contains("DestinationConfig");
    if (config == nullptr) return {};
    json::value* failure = config->is_object() ? config->get_object().if_contains("OnFailure") : nullptr;
    if (failure == nullptr || !failure->is_object()) {
        return invalid_event(function, event_id, "Property 'DestinationConfig.OnFailure' should be a map.");
    }
    json::object& target = failure->get_object();
    const json::value* type = member(target, "Type");
    if (type == nullptr) return {};
    const std::string name = scalar_text(*type).value_or("");
    const json::value* given = member(target, "Destination");
    const json::value destination = given == nullptr ? json::value() : *given;
    const std::string prefix = function + event_id;
    if (name == "SQS") {
        add_policy_once(role.statements, allow_policy(prefix + "SQSPolicy", "sqs:SendMessage", destination));
    } else if (name == "SNS") {
        add_policy_once(role.statements, allow_policy(prefix + "SNSPolicy", "sns:publish", destination));
    } else {
        return invalid_event(
            function, event_id,
            fmt::format("The Type {} of a destination is not offered by Millrace: 'SQS' and 'SNS' are",
                        name));
    }
    target.erase("Type");
    return {};
}

Result<> check_properties(const std::string& function, const std::string& event_id, const EventType& type,
                          const json::object& properties) {
    for (const auto& [name, value] : properties) {
        if (name == type.source || std::ranges::find(kPassed, std::string_view(name)) != std::end(kPassed))
            continue;
        return invalid_event(function, event_id,
                             fmt::format("property {} not defined for resource of type {}",
                                         std::string_view(name), type.name));
    }
    for (const std::string_view required : {type.source, std::string_view("StartingPosition")}) {
        const bool needed = required == type.source || type.has_position;
        if (!needed || member(properties, required) != nullptr) continue;
        return invalid_event(function, event_id, fmt::format("Missing required property '{}'.", required));
    }
    return {};
}

}  // namespace

Result<json::object> event_source_mapping(const std::string& function, const std::string& event_id,
                                          const json::value& event, const json::value& invoked,
                                          const Context& context, RolePolicies& role) {
    const json::object* members = event.if_object();
    const json::value* type_name = members == nullptr ? nullptr : member(*members, "Type");
    const std::string name = type_name == nullptr ? std::string() : scalar_text(*type_name).value_or("");
    const auto* type = std::ranges::find(kTypes, std::string_view(name), &EventType::name);
    if (type == std::end(kTypes)) {
        return invalid_event(
            function, event_id,
            fmt::format("The event type '{}' is not offered by Millrace: Kinesis and SQS are", name));
    }
    const json::value* given = member(*members, "Properties");
    json::object properties = given != nullptr && given->is_object() ? given->get_object() : json::object();
    if (auto checked = check_properties(function, event_id, *type, properties); !checked) {
        return std::unexpected(checked.error());
    }
    add_once(role.managed, json::value(managed_policy_arn(context.region, type->policy)));
    if (auto taken = take_destination_type(function, event_id, properties, role); !taken) {
        return std::unexpected(taken.error());
    }
    json::object mapping{{"FunctionName", invoked}, {"EventSourceArn", properties.at(type->source)}};
    for (const std::string_view passed : kPassed) {
        if (const json::value* value = member(properties, passed)) mapping.emplace(passed, *value);
    }
    return mapping;
}

}  // namespace millrace::cloudformation::sam
