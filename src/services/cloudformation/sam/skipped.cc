#include "services/cloudformation/sam/skipped.h"

#include <algorithm>
#include <fmt/format.h>

#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

constexpr std::string_view kApi = "AWS::Serverless::Api";
constexpr std::string_view kHttpApi = "AWS::Serverless::HttpApi";
constexpr std::string_view kWebSocketApi = "AWS::Serverless::WebSocketApi";
constexpr std::string_view kConnector = "AWS::Serverless::Connector";

struct WrittenOut {
    std::string_view type;
    std::string_view made;
};

constexpr WrittenOut kWrittenOut[] = {
    {kApi, "AWS::ApiGateway::RestApi"},
    {"AWS::Serverless::CapacityProvider", "AWS::Lambda::CapacityProvider"},
    {"AWS::Serverless::GraphQLApi", "AWS::AppSync::GraphQLApi"},
    {kHttpApi, "AWS::ApiGatewayV2::Api"},
    {"AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"},
    {"AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"},
    {kWebSocketApi, "AWS::ApiGatewayV2::Api"},
};

struct EventType {
    std::string_view name;
    std::string_view made;         ///< empty: nothing but what is offered
    std::string_view suffix = {};  ///< of the logical id
};

constexpr EventType kEventTypes[] = {
    {"AlexaSkill", "", "Permission"},
    {"Api", "", "Permission"},
    {"CloudWatchEvent", "AWS::Events::Rule"},
    {"CloudWatchLogs", "AWS::Logs::SubscriptionFilter"},
    {"Cognito", "", "Permission"},
    {"DocumentDB", ""},
    {"DynamoDB", ""},
    {"EventBridgeRule", "AWS::Events::Rule"},
    {"HttpApi", "", "Permission"},
    {"IoTRule", "AWS::IoT::TopicRule"},
    {"MQ", ""},
    {"MSK", ""},
    {"S3", "", "Permission"},
    {"SNS", "AWS::SNS::Subscription"},
    {"Schedule", "AWS::Events::Rule"},
    {"ScheduleV2", "AWS::Scheduler::Schedule"},
    {"SelfManagedKafka", ""},
};

const json::object* object_in(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    return value == nullptr ? nullptr : value->if_object();
}

std::string text_in(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    return value == nullptr ? std::string() : scalar_text(*value).value_or("");
}

/// Those that can bring an API with them.
const json::object* events_of(const json::value& resource) {
    const json::object* members = resource.if_object();
    if (members == nullptr) return nullptr;
    const std::string type = text_in(*members, "Type");
    if (type != "AWS::Serverless::Function" && type != "AWS::Serverless::StateMachine") return nullptr;
    const json::object* properties = object_in(*members, "Properties");
    return properties == nullptr ? nullptr : object_in(*properties, "Events");
}

/// Whether it is an event of the type that does not say which API it is of.
bool is_without_api(const json::value& event, std::string_view type, std::string_view api) {
    const json::object* members = event.if_object();
    if (members == nullptr || text_in(*members, "Type") != type) return false;
    const json::object* properties = object_in(*members, "Properties");
    return properties == nullptr || member(*properties, api) == nullptr;
}

/// The logical id of the stage that an API brings with it.
std::string stage_id(const std::string& api, bool rest, const json::object& resource) {
    const json::object* properties = object_in(resource, "Properties");
    const std::string name = properties == nullptr ? std::string() : text_in(*properties, "StageName");
    if (!rest && (name.empty() || name == "$default")) return api + "ApiGatewayDefaultStage";
    return api + (is_logical_id(name) ? name : std::string()) + "Stage";
}

void add_parts_of_api(const std::string& api, bool rest, const json::object& resource,
                      FunctionResources& made) {
    const std::string prefix = rest ? "AWS::ApiGateway::" : "AWS::ApiGatewayV2::";
    const auto add = [&](std::string_view part, const std::string& logical_id) {
        json::object stands{{"Type", prefix + std::string(part)}};
        if (const json::value* condition = member(resource, "Condition"))
            stands.emplace("Condition", *condition);
        made.aliases.emplace(part, logical_id);
        made.resources.emplace(logical_id, std::move(stands));
    };
    add("Stage", stage_id(api, rest, resource));
    if (rest) add("Deployment", api + "Deployment");
    for (const std::string_view other : {"DomainName", "DomainNameV2", "UsagePlan", "UsagePlanKey", "ApiKey"})
        made.aliases.emplace(other, api);
}

}  // namespace

FunctionResources skipped_resource(const std::string& logical_id, std::string_view type,
                                   const json::object& resource) {
    const auto* const found = std::ranges::find(kWrittenOut, type, &WrittenOut::type);
    json::object stands{{"Type", found == std::end(kWrittenOut) ? type : found->made}};
    for (const std::string_view name :
         {"Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}) {
        if (const json::value* value = member(resource, name)) stands.emplace(name, *value);
    }
    FunctionResources made;
    made.resources.emplace(logical_id, std::move(stands));
    if (type == kApi || type == kHttpApi || type == kWebSocketApi)
        add_parts_of_api(logical_id, type == kApi, resource, made);
    return made;
}

std::optional<MadeResource> skipped_event(const std::string& function, const std::string& event_id,
                                          const json::value& event) {
    const std::string type = event.is_object() ? text_in(event.get_object(), "Type") : std::string();
    const auto* const found = std::ranges::find(kEventTypes, std::string_view(type), &EventType::name);
    if (found == std::end(kEventTypes)) return std::nullopt;
    const std::string made =
        found->made.empty() ? fmt::format("AWS::Serverless::{}Event", type) : std::string(found->made);
    return MadeResource{function + event_id + std::string(found->suffix), {{"Type", made}}};
}

MadeResource skipped_deployment(const std::string& function) {
    return {function + "DeploymentGroup", {{"Type", "AWS::CodeDeploy::DeploymentGroup"}}};
}

void add_implicit_apis(json::object& resources) {
    bool rest = false;
    bool http = false;
    for (const auto& [logical_id, resource] : resources) {
        const json::object* events = events_of(resource);
        if (events == nullptr) continue;
        for (const auto& [event_id, event] : *events) {
            rest = rest || is_without_api(event, "Api", "RestApiId");
            http = http || is_without_api(event, "HttpApi", "ApiId");
        }
    }
    // A resource of that name takes its place.
    if (rest)
        resources.emplace("ServerlessRestApi",
                          json::object{{"Type", kApi}, {"Properties", {{"StageName", "Prod"}}}});
    if (http) resources.emplace("ServerlessHttpApi", json::object{{"Type", kHttpApi}});
}

FunctionResources skipped_connectors(const std::string& logical_id, const json::object& resource) {
    FunctionResources made;
    const json::object* connectors = object_in(resource, "Connectors");
    if (connectors == nullptr) return made;
    for (const auto& [name, connector] : *connectors)
        made.resources.emplace(logical_id + std::string(name), json::object{{"Type", kConnector}});
    return made;
}

}  // namespace millrace::cloudformation::sam
