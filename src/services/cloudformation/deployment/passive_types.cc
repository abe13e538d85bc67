#include "services/cloudformation/deployment/passive_types.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/ascii.h"
#include "base/log.h"
#include "ports/property_types.h"
#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/resource_types.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kAlarm = "AWS::CloudWatch::Alarm";

constexpr std::string_view kAlarmTypes =
    "ActionConfiguration{AlarmTagsPropagation{Enabled:boolean ExcludedTagKeys[] IncludedTagKeys[]}} "
    "ActionsEnabled:boolean AlarmActions[] AlarmDescription AlarmName ComparisonOperator "
    "DatapointsToAlarm:integer Dimensions[Name Value] EvaluateLowSampleCountPercentile "
    "EvaluationCriteria{PromQLCriteria{PendingPeriod:integer Query RecoveryPeriod:integer}} "
    "EvaluationInterval:integer EvaluationPeriods:integer "
    "EvaluationWindow{SlidingWindow:json WallClockWindow{Timezone}} ExtendedStatistic "
    "InsufficientDataActions[] MetricName "
    "Metrics[AccountId Expression Id Label MetricStat{Metric{Dimensions[Name Value] MetricName Namespace} "
    "Period:integer Stat Unit} Period:integer ReturnData:boolean] "
    "Namespace OKActions[] Period:integer Statistic Tags[Key Value] Threshold:number ThresholdMetricId "
    "TreatMissingData Unit "
    "WarmUpConfiguration{OnlyStartEvaluatingAfterWarmUpPeriodEnds:boolean "
    "WarmUpPeriodDurationInMinutes:integer}";

ports::ResourceTypeModel alarm_model() {
    using enum ports::PropertyModel::Update;
    ports::ResourceTypeModel model{
        std::string(kAlarm), ports::read_property_types(kAlarmTypes), {"Arn"}, true};
    for (ports::PropertyModel& property : model.properties) {
        if (property.name == "AlarmName") property.update = kReplacement;
    }
    return model;
}

bool is_own(const std::vector<ports::ResourceTypeModel>& models, std::string_view type) {
    return std::ranges::find(models, type, &ports::ResourceTypeModel::type) != models.end();
}

ports::Resource alarm(const ports::ResourceRequest& request, std::string physical_id) {
    const aws::Scope& scope = request.context.scope;
    std::string arn =
        fmt::format("arn:aws:cloudwatch:{}:{}:alarm:{}", scope.region, scope.account, physical_id);
    return {std::move(physical_id), {{"Arn", std::move(arn)}}};
}

/// Of which Ref gives an ARN on AWS, and templates give it to what wants one.
constexpr std::string_view kReferredToByArn[] = {"AWS::CertificateManager::Certificate",
                                                 "AWS::ElasticLoadBalancingV2::Listener",
                                                 "AWS::ElasticLoadBalancingV2::LoadBalancer",
                                                 "AWS::ElasticLoadBalancingV2::TargetGroup",
                                                 "AWS::MSK::Cluster",
                                                 "AWS::MSK::ServerlessCluster",
                                                 "AWS::SNS::Topic",
                                                 "AWS::SecretsManager::Secret",
                                                 "AWS::StepFunctions::StateMachine"};

/// "AWS::DynamoDB::Table" is of "dynamodb".
std::string service_of(std::string_view type) {
    const auto first = type.find("::");
    if (first == std::string_view::npos) return to_lower(type);
    const std::string_view rest = type.substr(first + 2);
    return to_lower(rest.substr(0, rest.find("::")));
}

/// Stands for what was not made, in forms that services take which are told of it.
ports::Resource placeholder(const ports::ResourceRequest& request) {
    const aws::Scope& scope = request.context.scope;
    const std::string& name = request.generated_name;
    const std::string arn = fmt::format("arn:{}:{}:{}:{}:{}", partition_of(scope.region),
                                        service_of(request.type), scope.region, scope.account, name);
    const bool by_arn = std::ranges::find(kReferredToByArn, request.type) != std::end(kReferredToByArn);
    return {by_arn ? arn : name, {{std::string(kAnyAttribute), name}, {std::string(kAnyArn), arn}}};
}

}  // namespace

std::vector<ports::ResourceTypeModel> PassiveTypes::resource_types() const {
    return {{"AWS::CDK::Metadata",
             {{"Analytics", false, ports::PropertyModel::Update::kInPlace},
              {"Modules", false, ports::PropertyModel::Update::kInPlace}},
             {}},
            alarm_model()};
}

void PassiveTypes::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (request.type == kAlarm) {
        const auto* name = request.properties.if_contains("AlarmName");
        std::string id =
            name != nullptr && name->is_string() ? std::string(name->get_string()) : request.generated_name;
        return done(alarm(request, std::move(id)));
    }
    if (is_own(resource_types(), request.type)) return done(ports::Resource{request.generated_name, {}});
    log(LogLevel::kWarn, "a resource was skipped: Millrace does not offer it",
        {{"stack", request.stack_name}, {"resource", request.logical_id}, {"type", request.type}});
    done(placeholder(request));
}

void PassiveTypes::update(ports::ResourceRequest request, std::string physical_id, boost::json::object,
                          ports::ResourceDone done) {
    if (request.type == kAlarm) return done(alarm(request, std::move(physical_id)));
    if (is_own(resource_types(), request.type)) return done(ports::Resource{std::move(physical_id), {}});
    done(ports::Resource{std::move(physical_id), placeholder(request).attributes});
}

void PassiveTypes::remove(ports::ResourceRequest, std::string, ports::ResourceRemoved done) {
    done({});
}

}  // namespace millrace::cloudformation
