#include "services/cloudformation/sam/event_invoke_config.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "services/cloudformation/sam/policies.h"
#include "services/cloudformation/sam/stable_json.h"

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

/// A destination that is there under a condition only.
struct OptionalArn {
    std::string condition;  ///< under which it is not there
    json::value arn;
};

/// From Fn::If with AWS::NoValue on one side; what has none of that is always there, or never.
std::optional<OptionalArn> optional_arn(const std::string& function, const json::value& destination,
                                        EventInvokeConfig& made) {
    const json::object* call = destination.if_object();
    const json::value* branches = call == nullptr ? nullptr : call->if_contains("Fn::If");
    const json::array* parts = branches == nullptr ? nullptr : branches->if_array();
    if (parts == nullptr || parts->size() != 3 || !(*parts)[0].is_string()) return std::nullopt;
    std::string condition((*parts)[0].get_string());
    if (is_no_value((*parts)[1])) return OptionalArn{std::move(condition), (*parts)[2]};
    if (!is_no_value((*parts)[2])) return std::nullopt;
    std::string opposite = condition_name("NOT" + condition, function + "EventInvokeConfig");
    made.conditions[opposite] =
        json::object{{"Fn::Not", json::array{json::object{{"Condition", condition}}}}};
    return OptionalArn{std::move(opposite), (*parts)[1]};
}

/// The ARN that the destination has, or gets: a queue of its own.
Result<json::value> destination_of(const std::string& function, const json::object& given,
                                   const std::string& id, EventInvokeConfig& made) {
    const json::value* destination = member(given, "Destination");
    auto optional = destination == nullptr ? std::nullopt : optional_arn(function, *destination, made);
    if (destination != nullptr && !optional) return *destination;
    if (*member(given, "Type") != json::value("SQS")) {
        return invalid(function, "Destination is required if Type is not SQS: Millrace makes queues only.");
    }
    made.queues.push_back({id + "Queue", optional ? optional->condition : std::string()});
    json::value arn = attribute_of(made.queues.back().logical_id, "Arn");
    if (!optional) return arn;
    return json::value(json::object{
        {"Fn::If", json::array{json::value(optional->condition), std::move(arn), std::move(optional->arn)}}});
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
