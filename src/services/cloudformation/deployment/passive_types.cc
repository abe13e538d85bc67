#include "services/cloudformation/deployment/passive_types.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "ports/property_members.h"
#include "services/cloudformation/template/resource_types.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kAlarm = "AWS::CloudWatch::Alarm";

constexpr std::string_view kAlarmProperties[] = {"ActionsEnabled",
                                                 "AlarmActions",
                                                 "AlarmDescription",
                                                 "ComparisonOperator",
                                                 "DatapointsToAlarm",
                                                 "Dimensions",
                                                 "EvaluateLowSampleCountPercentile",
                                                 "EvaluationPeriods",
                                                 "ExtendedStatistic",
                                                 "InsufficientDataActions",
                                                 "MetricName",
                                                 "Metrics",
                                                 "Namespace",
                                                 "OKActions",
                                                 "Period",
                                                 "Statistic",
                                                 "Tags",
                                                 "Threshold",
                                                 "ThresholdMetricId",
                                                 "TreatMissingData",
                                                 "Unit"};

ports::ResourceTypeModel alarm_model() {
    using enum ports::PropertyModel::Update;
    ports::ResourceTypeModel model{std::string(kAlarm), {{"AlarmName", false, kReplacement}}, {"Arn"}, true};
    for (const std::string_view name : kAlarmProperties) {
        const bool required = name == "ComparisonOperator" || name == "EvaluationPeriods";
        model.properties.push_back({std::string(name), required, kInPlace});
    }
    return ports::with_members(
        std::move(model),
        "Dimensions{Name Value} Tags{Key Value} Metrics{AccountId Expression Id Label Period ReturnData "
        "MetricStat{Metric{Dimensions{Name Value} MetricName Namespace} Period Stat Unit}}");
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
    log(LogLevel::kWarn, "a resource was skipped: its type is not offered",
        {{"stack", request.stack_name}, {"resource", request.logical_id}, {"type", request.type}});
    done(ports::Resource{request.generated_name, {{std::string(kAnyAttribute), request.generated_name}}});
}

void PassiveTypes::update(ports::ResourceRequest request, std::string physical_id, boost::json::object,
                          ports::ResourceDone done) {
    if (request.type == kAlarm) return done(alarm(request, std::move(physical_id)));
    done(ports::Resource{std::move(physical_id), {}});
}

void PassiveTypes::remove(ports::ResourceRequest, std::string, ports::ResourceRemoved done) {
    done({});
}

}  // namespace millrace::cloudformation
