#include "services/cloudformation/sam/policies.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fmt/ranges.h>
#include <optional>

#include "services/cloudformation/sam/managed_policies.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

struct PolicyTemplate {
    std::string_view name;
    std::string_view parameter;  ///< the one value that it takes
    std::string_view document;   ///< with {"Ref": parameter} where that goes
};

constexpr PolicyTemplate kTemplates[] = {
    {"FilterLogEventsPolicy", "LogGroupName",
     R"({"Statement": [{"Action": ["logs:FilterLogEvents"], "Effect": "Allow", "Resource": {"Fn::Sub": [
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${logGroupName}:log-stream:*",
        {"logGroupName": {"Ref": "LogGroupName"}}]}}]})"},
    {"KinesisCrudPolicy", "StreamName",
     R"({"Statement": [{"Action": ["kinesis:AddTagsToStream", "kinesis:CreateStream",
        "kinesis:DecreaseStreamRetentionPeriod", "kinesis:DeleteStream", "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary", "kinesis:GetShardIterator", "kinesis:IncreaseStreamRetentionPeriod",
        "kinesis:ListTagsForStream", "kinesis:MergeShards", "kinesis:PutRecord", "kinesis:PutRecords",
        "kinesis:SplitShard", "kinesis:RemoveTagsFromStream"], "Effect": "Allow", "Resource": {"Fn::Sub": [
        "arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/${streamName}",
        {"streamName": {"Ref": "StreamName"}}]}}]})"},
    {"KinesisStreamReadPolicy", "StreamName",
     R"({"Statement": [{"Action": ["kinesis:ListStreams", "kinesis:DescribeLimits"], "Effect": "Allow",
        "Resource": {"Fn::Sub": "arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/*"}},
        {"Action": ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
        "kinesis:GetShardIterator"], "Effect": "Allow", "Resource": {"Fn::Sub": [
        "arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/${streamName}",
        {"streamName": {"Ref": "StreamName"}}]}}]})"},
    {"LambdaInvokePolicy", "FunctionName",
     R"({"Statement": [{"Action": ["lambda:InvokeFunction"], "Effect": "Allow", "Resource": {"Fn::Sub": [
        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${functionName}*",
        {"functionName": {"Ref": "FunctionName"}}]}}]})"},
    {"SQSPollerPolicy", "QueueName",
     R"({"Statement": [{"Action": ["sqs:ChangeMessageVisibility", "sqs:ChangeMessageVisibilityBatch",
        "sqs:DeleteMessage", "sqs:DeleteMessageBatch", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        "Effect": "Allow", "Resource": {"Fn::Sub": [
        "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${queueName}",
        {"queueName": {"Ref": "QueueName"}}]}}]})"},
    {"SQSSendMessagePolicy", "QueueName",
     R"({"Statement": [{"Action": ["sqs:SendMessage*"], "Effect": "Allow", "Resource": {"Fn::Sub": [
        "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${queueName}",
        {"queueName": {"Ref": "QueueName"}}]}}]})"},
};

json::value filled_in(const json::value& value, std::string_view parameter, const json::value& given) {
    if (value == ref_to(parameter)) return given;
    if (value.is_array()) {
        json::array list;
        for (const json::value& item : value.get_array()) list.push_back(filled_in(item, parameter, given));
        return list;
    }
    if (!value.is_object()) return value;
    json::object object;
    for (const auto& [name, inner] : value.get_object())
        object.emplace(name, filled_in(inner, parameter, given));
    return object;
}

/// What one policy is, after templates have become documents.
struct Policy {
    json::value value;
    bool managed;
};

class PolicyReader {
  public:
    PolicyReader(const std::string& function, const Context& context)
        : function_(function), context_(context) {}

    Result<Policy> read(const json::value& policy, std::size_t index) const {
        if (policy.is_string()) {
            return Policy{json::value(managed_policy_arn(context_.region, policy.get_string())), true};
        }
        const json::object* object = policy.if_object();
        if (object != nullptr && object->size() == 1 && object->begin()->key() == "Fn::If") {
            return read_if(object->begin()->value(), index);
        }
        if (is_function(policy)) return Policy{policy, true};
        if (object != nullptr && object->contains("Statement")) return Policy{policy, false};
        if (object != nullptr && object->size() == 1) return from_template(*object, index);
        return not_valid(index);
    }

  private:
    /// Both branches must be of the same kind; AWS::NoValue is of either.
    Result<Policy> read_if(const json::value& argument, std::size_t index) const {
        const json::array* parts = argument.if_array();
        if (parts == nullptr || parts->size() != 3) return not_valid(index);
        json::array branches{(*parts)[0]};
        std::optional<bool> managed;
        for (const json::value& branch : {(*parts)[1], (*parts)[2]}) {
            if (is_no_value(branch)) {
                branches.push_back(branch);
                continue;
            }
            if (branch.is_object() && branch.get_object().contains("Fn::If")) return not_valid(index);
            auto policy = read(branch, index);
            if (!policy) return policy;
            if (managed.value_or(policy->managed) != policy->managed) {
                return invalid(function_,
                               fmt::format("Policy at index {} in the 'Policies' property mixes kinds of "
                                           "policies in Fn::If",
                                           index));
            }
            managed = policy->managed;
            branches.push_back(policy->managed ? std::move(policy->value)
                                               : named(std::move(policy->value), index));
        }
        return Policy{json::object{{"Fn::If", std::move(branches)}}, managed.value_or(true)};
    }

    Result<Policy> from_template(const json::object& call, std::size_t index) const {
        const std::string_view name = call.begin()->key();
        const auto* found = std::ranges::find(kTemplates, name, &PolicyTemplate::name);
        if (found == std::end(kTemplates)) {
            std::vector<std::string_view> names;
            for (const PolicyTemplate& offered : kTemplates) names.push_back(offered.name);
            return invalid(function_,
                           fmt::format("Policy at index {} in the 'Policies' property is not valid: {} is "
                                       "none of the policy templates that Millrace offers: [{}]",
                                       index, name, fmt::join(names, ", ")));
        }
        const json::object* parameters = call.begin()->value().if_object();
        if (parameters == nullptr) {
            return invalid(function_,
                           fmt::format("Must specify valid parameter values for policy template '{}'", name));
        }
        const json::value* given = parameters->if_contains(found->parameter);
        if (given == nullptr) {
            return invalid(
                function_,
                fmt::format("Following required parameters of policy template '{}' don't have values: ['{}']",
                            name, found->parameter));
        }
        return Policy{filled_in(json::parse(found->document), found->parameter, *given), false};
    }

    [[nodiscard]] json::value named(json::value document, std::size_t index) const {
        return json::object{{"PolicyName", json::value(fmt::format("{}RolePolicy{}", function_, index))},
                            {"PolicyDocument", std::move(document)}};
    }

    [[nodiscard]] std::unexpected<Error> not_valid(std::size_t index) const {
        return invalid(function_,
                       fmt::format("Policy at index {} in the 'Policies' property is not valid", index));
    }

    const std::string& function_;
    const Context& context_;
};

}  // namespace

Result<> add_policies(const std::string& function, const std::string& role, const json::value& policies,
                      const Context& context, RolePolicies& into) {
    const PolicyReader reader(function, context);
    const json::array one{policies};
    const json::array& list = policies.is_array() ? policies.get_array() : one;
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto policy = reader.read(list[i], i);
        if (!policy) return std::unexpected(policy.error());
        const bool conditional = policy->value.is_object() && policy->value.get_object().contains("Fn::If");
        if (policy->managed) {
            add_once(into.managed, std::move(policy->value));
        } else if (conditional) {
            into.statements.push_back(std::move(policy->value));
        } else {
            into.statements.push_back(
                json::object{{"PolicyName", json::value(fmt::format("{}Policy{}", role, i))},
                             {"PolicyDocument", std::move(policy->value)}});
        }
    }
    return {};
}

json::object allow_policy(std::string_view name, std::string_view action, const json::value& resource) {
    const json::object statement{{"Action", action}, {"Effect", "Allow"}, {"Resource", resource}};
    return {{"PolicyName", name}, {"PolicyDocument", json::object{{"Statement", json::array{statement}}}}};
}

void add_policy_once(json::array& list, json::object policy) {
    const json::value& document = policy.at("PolicyDocument");
    const bool there = std::ranges::any_of(list, [&](const json::value& other) {
        const json::value* same =
            other.is_object() ? other.get_object().if_contains("PolicyDocument") : nullptr;
        return same != nullptr && *same == document;
    });
    if (!there) list.push_back(std::move(policy));
}

void add_once(json::array& list, json::value value) {
    if (std::ranges::find(list, value) == list.end()) list.push_back(std::move(value));
}

}  // namespace millrace::cloudformation::sam
