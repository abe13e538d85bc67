#include "cli/deployment_advice.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace millrace::cli {
namespace {

constexpr std::string_view kParameterTypes[] = {"AWS::EC2::AvailabilityZone::Name",
                                                "AWS::EC2::Image::Id",
                                                "AWS::EC2::Instance::Id",
                                                "AWS::EC2::KeyPair::KeyName",
                                                "AWS::EC2::SecurityGroup::GroupName",
                                                "AWS::EC2::SecurityGroup::Id",
                                                "AWS::EC2::Subnet::Id",
                                                "AWS::EC2::VPC::Id",
                                                "AWS::EC2::Volume::Id",
                                                "AWS::Route53::HostedZone::Id"};

constexpr std::string_view kEvents[] = {
    "AlexaSkill",
    "Api",
    "CloudWatchEvent",
    "CloudWatchLogs",
    "Cognito",
    "DocumentDB",
    "DynamoDB",
    "HttpApi",
    "EventBridgeRule",
    "IoTRule",
    "MQ",
    "MSK",
    "S3",
    "Schedule",
    "SNS",
    "ScheduleV2",
    "SelfManagedKafka",
};

constexpr std::string_view kGlobals[] = {"Api",         "CapacityProvider", "HttpApi",
                                         "SimpleTable", "StateMachine",     "WebSocketApi"};

/// Words that are about what Millrace leaves out when it is asked to.
struct Refusal {
    std::string_view before;
    std::string_view after = {};
    /// Of which one stands between: any other is a slip of the pen, never left out.
    std::span<const std::string_view> names = {};
};

const Refusal kRefusals[] = {
    {"Unrecognized resource types: ["},
    {"Unrecognized parameter type: ", " (", kParameterTypes},
    {"is not offered by Millrace: of the AWS::Serverless types"},
    {"The event type '", "'", kEvents},
    {"'Globals' section is invalid. '", "'", kGlobals},
    {"The property DeploymentPreference is not offered by Millrace"},
    {"Connectors are not offered by Millrace"},
};

/// "AWS::EC2::VPC::Id" of "List<AWS::EC2::VPC::Id>".
std::string_view innermost(std::string_view type) {
    type.remove_prefix(type.rfind('<') + 1);  // npos + 1 is 0
    return type.substr(0, type.find('>'));
}

bool is_told(std::string_view message, const Refusal& refusal) {
    std::size_t at = 0;
    while ((at = message.find(refusal.before, at)) != std::string_view::npos) {
        if (refusal.names.empty()) return true;
        at += refusal.before.size();
        const std::string_view name = message.substr(at, message.find(refusal.after, at) - at);
        if (std::ranges::find(refusal.names, innermost(name)) != refusal.names.end()) return true;
    }
    return false;
}

}  // namespace

std::string with_advice(std::string message) {
    if (message.contains("must have values")) return message + "; give each with --parameter NAME=VALUE";
    if (std::ranges::any_of(kRefusals, [&](const Refusal& refusal) { return is_told(message, refusal); }))
        return message + "; millrace serve and up skip them with --allow-unknown-types";
    return message;
}

}  // namespace millrace::cli
