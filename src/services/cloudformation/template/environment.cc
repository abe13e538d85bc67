#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <set>

#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/functions.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

/// Decides the conditions, each once, in whatever order they refer to each other.
class ConditionDecider {
  public:
    explicit ConditionDecider(Environment& environment) : environment_(environment) {}

    Result<bool> named(const std::string& name, const std::string& path) {
        if (const auto known = environment_.conditions.find(name); known != environment_.conditions.end()) {
            return known->second;
        }
        const json::value* condition = environment_.source->conditions.if_contains(name);
        if (condition == nullptr) {
            return template_error(
                fmt::format("Template format error: Unresolved condition dependency {} in the Conditions "
                            "block of the template (at "
                            "{})",
                            name, path));
        }
        if (!deciding_.insert(name).second) {
            return template_error(
                fmt::format("Template format error: Circular dependency between conditions: [{}]", name));
        }
        auto decided = decide(*condition, "/Conditions/" + name);
        if (decided) environment_.conditions.emplace(name, *decided);
        deciding_.erase(name);
        return decided;
    }

  private:
    Result<bool> decide(const json::value& condition, const std::string& path) {
        if (condition.is_object()) {
            auto call = function_call(condition.get_object(), Block::kConditions, path);
            if (!call) return std::unexpected(call.error());
            if (*call) return apply(**call, path);
        }
        return template_error(
            fmt::format("Template format error: Every Conditions member must be a condition function or a "
                        "condition, at {}",
                        path));
    }

    Result<bool> apply(const FunctionCall& call, const std::string& path) {
        switch (call.function) {
            case Function::kCondition:
                return named(std::string(call.argument.get_string()), path);
            case Function::kNot: {
                auto inner = decide(call.argument.get_array()[0], path);
                if (inner) *inner = !*inner;
                return inner;
            }
            case Function::kAnd:
                return all(call.argument.get_array(), true, path);
            case Function::kOr:
                return all(call.argument.get_array(), false, path);
            case Function::kEquals:
                return equals(call.argument.get_array(), path);
            default:
                return template_error(fmt::format(
                    "Template format error: Every Conditions member must be a condition function, at {}",
                    path));
        }
    }

    /// `stays` as long as every operand is `stays`: And for true, Or for false.
    Result<bool> all(const json::array& operands, bool stays, const std::string& path) {
        bool result = stays;
        for (const json::value& operand : operands) {
            auto decided = decide(operand, path);
            if (!decided) return decided;
            if (*decided != stays) result = !stays;
        }
        return result;
    }

    Result<bool> equals(const json::array& operands, const std::string& path) {
        std::string sides[2];
        for (std::size_t i = 0; i < 2; ++i) {
            auto side = evaluate(operands[i], environment_, path);
            if (!side) return std::unexpected(side.error());
            auto text = *side ? scalar_text(**side) : std::nullopt;
            if (!text)
                return template_error(
                    fmt::format("Template error: Fn::Equals compares strings, at {}", path));
            sides[i] = std::move(*text);
        }
        return sides[0] == sides[1];
    }

    Environment& environment_;
    std::set<std::string> deciding_;
};

void add_pseudo_parameters(Environment& environment, const PseudoParameters& pseudo) {
    environment.names["AWS::AccountId"] = json::value(pseudo.account);
    environment.names["AWS::Region"] = json::value(pseudo.region);
    environment.names["AWS::StackName"] = json::value(pseudo.stack_name);
    environment.names["AWS::StackId"] = json::value(pseudo.stack_id);
    environment.names["AWS::Partition"] = json::value(partition_of(pseudo.region));
    const bool china = pseudo.region.starts_with("cn-");
    environment.names["AWS::URLSuffix"] = json::value(china ? "amazonaws.com.cn" : "amazonaws.com");
    environment.names["AWS::NotificationARNs"] = json::array();
}

}  // namespace

std::string_view partition_of(std::string_view region) {
    if (region.starts_with("cn-")) return "aws-cn";
    return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

Result<Environment> make_environment(const Template& from, const ParameterValues& parameters,
                                     const PseudoParameters& pseudo, std::vector<StackTag> stack_tags) {
    Environment environment;
    environment.source = &from;
    environment.stack_tags = std::move(stack_tags);
    add_pseudo_parameters(environment, pseudo);
    for (const ParameterDeclaration& parameter : from.parameters) {
        const auto found = parameters.find(parameter.name);
        if (found == parameters.end()) continue;
        environment.names[parameter.name] = parameter_reference(parameter.type, found->second);
    }
    ConditionDecider decider(environment);
    for (const auto& [name, condition] : from.conditions) {
        if (auto decided = decider.named(std::string(name), "/Conditions"); !decided) {
            return std::unexpected(decided.error());
        }
    }
    return environment;
}

}  // namespace millrace::cloudformation
