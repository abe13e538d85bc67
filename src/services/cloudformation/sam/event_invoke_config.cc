#include "services/cloudformation/sam/event_invoke_config.h"

#include <algorithm>
#include <string_view>

#include "services/cloudformation/sam/policies.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

struct DestinationType {
    std::string_view name;
    std::string_view action;
    std::string_view policy;  ///< end of the policy's name
};

constexpr DestinationType kTypes[] = {{"SQS", "sqs:SendMessage", "SQSPolicy"},
                                      {"SNS", "sns:publish", "SNSPolicy"},
                                      {"EventBridge", "events:PutEvents", "EventBridgePolicy"},
                                      {"Lambda", "lambda:InvokeFunction", "LambdaPolicy"}};

/// The ARN that the destination has, or gets: a queue of its own.
Result<json::value> destination_of(const std::string& function, const json::object& given,
                                   const std::string& id, EventInvokeConfig& made) {
    const json::value* type = member(given, "Type");
    const json::value* destination = member(given, "Destination");
    if (destination != nullptr) {
        const json::object* call = destination->if_object();
        const json::value* branches = call == nullptr ? nullptr : call->if_contains("Fn::If");
        const bool optional = branches != nullptr && branches->is_array() &&
                              std::ranges::any_of(branches->get_array(), is_no_value);
        if (!optional) return *destination;
        return invalid(function, "A Destination that is AWS::NoValue in Fn::If is not offered by Millrace.");
    }
    if (*type != json::value("SQS")) {
        return invalid(function, "Destination is required if Type is not SQS: Millrace makes queues only.");
    }
    made.queues.push_back(id + "Queue");
    return attribute_of(made.queues.back(), "Arn");
}

Result<> take_destination(const std::string& function, std::string_view event, const json::value& given,
                          EventInvokeConfig& made, json::object& destinations, json::array& statements) {
    const json::object* parts = given.if_object();
    const json::value* type = parts == nullptr ? nullptr : member(*parts, "Type");
    const std::string name = type == nullptr ? std::string() : scalar_text(*type).value_or("");
    const auto* known = std::ranges::find(kTypes, std::string_view(name), &DestinationType::name);
    if (known == std::end(kTypes)) {
        return invalid(
            function, fmt::format("'Type: {}' must be one of ['SQS', 'SNS', 'EventBridge', 'Lambda']", name));
    }
    const std::string id = fmt::format("{}EventInvokeConfig{}", function, event);
    auto destination = destination_of(function, *parts, id, made);
    if (!destination) return std::unexpected(destination.error());
    statements.push_back(allow_policy(id + std::string(known->policy), known->action, *destination));
    destinations.emplace(event, json::object{{"Destination", std::move(*destination)}});
    return {};
}

}  // namespace

Result<EventInvokeConfig> event_invoke_config(const std::string& function, const std::string& alias_name,
                                              const json::value& config, json::array& statements) {
    const json::object* members = config.if_object();
    if (members == nullptr) return invalid(function, "Property 'EventInvokeConfig' should be a map.");
    EventInvokeConfig made;
    json::object destinations;
    if (const json::value* given = member(*members, "DestinationConfig")) {
        if (!given->is_object()) {
            return invalid(function, "Property 'EventInvokeConfig.DestinationConfig' should be a map.");
        }
        for (const std::string_view event : {"OnSuccess", "OnFailure"}) {
            const json::value* one = member(given->get_object(), event);
            if (one == nullptr) continue;
            auto taken = take_destination(function, event, *one, made, destinations, statements);
            if (!taken) return std::unexpected(taken.error());
        }
    }
    made.properties = {
        {"FunctionName", ref_to(function)},
        {"Qualifier", json::value(alias_name.empty() ? std::string_view("$LATEST") : alias_name)},
        {"DestinationConfig", std::move(destinations)}};
    for (const std::string_view name : {"MaximumEventAgeInSeconds", "MaximumRetryAttempts"}) {
        if (const json::value* value = member(*members, name)) made.properties.emplace(name, *value);
    }
    return made;
}

}  // namespace millrace::cloudformation::sam
