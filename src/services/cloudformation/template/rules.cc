#include "services/cloudformation/template/rules.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

using Texts = std::vector<std::string>;

/// Works out rule functions. Values are texts or lists of them, from literals and Ref of parameters.
class RuleEvaluator {
  public:
    explicit RuleEvaluator(const Environment& environment) : environment_(environment) {}

    Result<bool> holds(const json::value& value, const std::string& path) const {
        const json::object* call = value.if_object();
        if (call == nullptr || call->size() != 1) {
            return template_error(fmt::format("Template format error: {} must be a rule function", path));
        }
        const std::string_view name = call->begin()->key();
        const json::value& argument = call->begin()->value();
        const json::array* list = argument.if_array();
        if (list == nullptr) {
            return template_error(fmt::format("Template format error: {} at {} takes a list", name, path));
        }
        if (name == "Fn::And") return all(*list, true, path);
        if (name == "Fn::Or") return all(*list, false, path);
        if (name == "Fn::Not" && list->size() == 1) {
            auto inner = holds((*list)[0], path);
            if (inner) *inner = !*inner;
            return inner;
        }
        if (list->size() == 2) return compare(name, *list, path);
        return template_error(
            fmt::format("Template format error: {} at {} has the wrong number of arguments", name, path));
    }

  private:
    /// `stays` as long as every operand is `stays`: And for true, Or for false.
    Result<bool> all(const json::array& operands, bool stays, const std::string& path) const {
        if (operands.size() < 2 || operands.size() > 10) {
            return template_error(fmt::format(
                "Template format error: Fn::And and Fn::Or take 2 to 10 conditions, at {}", path));
        }
        bool result = stays;
        for (const json::value& operand : operands) {
            auto one = holds(operand, path);
            if (!one) return one;
            if (*one != stays) result = !stays;
        }
        return result;
    }

    Result<bool> compare(std::string_view name, const json::array& arguments, const std::string& path) const {
        auto left = texts(arguments[0], path);
        if (!left) return std::unexpected(left.error());
        auto right = texts(arguments[1], path);
        if (!right) return std::unexpected(right.error());
        const auto within = [](const std::string& item, const Texts& list) {
            return std::ranges::find(list, item) != list.end();
        };
        if (name == "Fn::Equals") return *left == *right;
        if (name == "Fn::Contains") return right->size() == 1 && within((*right)[0], *left);
        if (name == "Fn::EachMemberEquals") {
            return right->size() == 1 &&
                   std::ranges::all_of(*left, [&](const std::string& item) { return item == (*right)[0]; });
        }
        if (name == "Fn::EachMemberIn") {
            return std::ranges::all_of(*left, [&](const std::string& item) { return within(item, *right); });
        }
        return template_error(
            fmt::format("Template format error: {} is not a rule function, at {}", name, path));
    }

    Result<Texts> texts(const json::value& value, const std::string& path) const {
        if (auto text = scalar_text(value)) return Texts{std::move(*text)};
        if (value.is_array()) {
            Texts items;
            for (const json::value& item : value.get_array()) {
                auto inner = texts(item, path);
                if (!inner) return inner;
                items.insert(items.end(), inner->begin(), inner->end());
            }
            return items;
        }
        const json::object* call = value.if_object();
        if (call == nullptr || call->size() != 1) {
            return template_error(fmt::format("Template format error: rules compare strings, at {}", path));
        }
        const std::string_view name = call->begin()->key();
        if (name == "Fn::RefAll" || name == "Fn::ValueOf" || name == "Fn::ValueOfAll") {
            return template_error(
                fmt::format("Template format error: {} at {} needs parameters of AWS-specific types, which "
                            "are not offered",
                            name, path));
        }
        if (name != "Ref" || !call->begin()->value().is_string()) {
            return template_error(
                fmt::format("Template format error: {} cannot be used in Rules, at {}", name, path));
        }
        const std::string target(call->begin()->value().get_string());
        const auto found = environment_.names.find(target);
        if (found == environment_.names.end()) {
            return template_error(
                fmt::format("Template format error: Unresolved dependencies [{}]. Cannot reference resources "
                            "in the Rules "
                            "block of the template",
                            target));
        }
        return texts(found->second, path);
    }

    const Environment& environment_;
};

std::unexpected<Error> malformed(std::string_view rule, std::string_view what) {
    return template_error(fmt::format("Template format error: [/Rules/{}] {}", rule, what));
}

Result<> check_rule(std::string_view name, const json::value& rule) {
    if (!is_logical_id(name)) return malformed(name, "the rule's name is non alphanumeric.");
    const json::object* members = rule.if_object();
    if (members == nullptr) return malformed(name, "a rule must be an object.");
    for (const auto& [member, value] : *members) {
        if (member != "RuleCondition" && member != "Assertions") {
            return malformed(name, fmt::format("Invalid rule property '{}'.", std::string_view(member)));
        }
    }
    const json::value* assertions = members->if_contains("Assertions");
    if (assertions == nullptr || !assertions->is_array() || assertions->get_array().empty()) {
        return malformed(name, "a rule must have Assertions, a list.");
    }
    for (const json::value& assertion : assertions->get_array()) {
        const json::object* parts = assertion.if_object();
        const json::value* words = parts == nullptr ? nullptr : parts->if_contains("AssertDescription");
        const bool fits = parts != nullptr && parts->contains("Assert") &&
                          parts->size() == (words == nullptr ? 1 : 2) &&
                          (words == nullptr || words->is_string());
        if (!fits) return malformed(name, "an assertion has an Assert and may have an AssertDescription.");
    }
    return {};
}

}  // namespace

Result<> check_rules(const Template& checked) {
    for (const auto& [name, rule] : checked.rules) {
        if (auto fits = check_rule(name, rule); !fits) return fits;
    }
    return {};
}

Result<> assert_rules(const Environment& environment) {
    const RuleEvaluator evaluator(environment);
    for (const auto& [name, rule] : environment.source->rules) {
        const std::string path = join_path("/Rules", name);
        if (const json::value* condition = rule.get_object().if_contains("RuleCondition")) {
            auto applies = evaluator.holds(*condition, path + "/RuleCondition");
            if (!applies) return std::unexpected(applies.error());
            if (!*applies) continue;
        }
        const json::array& assertions = rule.get_object().at("Assertions").get_array();
        for (std::size_t i = 0; i < assertions.size(); ++i) {
            const json::object& assertion = assertions[i].get_object();
            auto good = evaluator.holds(assertion.at("Assert"), fmt::format("{}/Assertions/{}", path, i));
            if (!good) return std::unexpected(good.error());
            if (*good) continue;
            const json::value* words = assertion.if_contains("AssertDescription");
            return template_error(fmt::format("Template error: rule {} does not hold: {}",
                                              std::string_view(name),
                                              words == nullptr ? fmt::format("assertion {} is false", i)
                                                               : std::string(words->get_string())));
        }
    }
    return {};
}

}  // namespace millrace::cloudformation
