#include "services/cloudformation/state/stack_policy.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "codec/json.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

std::unexpected<Error> invalid_policy(std::string_view message) {
    return template_error(fmt::format("Error validating stack policy: {}", message));
}

std::vector<std::string> texts_of(const json::value& value) {
    std::vector<std::string> texts;
    const json::array one{value};
    for (const json::value& item : value.is_array() ? value.get_array() : one) {
        if (auto text = scalar_text(item)) texts.push_back(std::move(*text));
    }
    return texts;
}

/// With * for any text and ? for any character.
bool matches(std::string_view pattern, std::string_view text) {
    std::size_t star = std::string_view::npos, mark = 0, p = 0, t = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool matches_any(const json::value& patterns, std::string_view text) {
    return std::ranges::any_of(texts_of(patterns),
                               [&](const std::string& one) { return matches(one, text); });
}

/// The member, or the one that says which are not meant.
bool means(const json::object& statement, std::string_view name, std::string_view not_name,
           std::string_view text) {
    if (const json::value* meant = statement.if_contains(name)) return matches_any(*meant, text);
    return !matches_any(statement.at(not_name), text);
}

bool condition_holds(const json::object& statement, std::string_view type) {
    const json::value* condition = statement.if_contains("Condition");
    if (condition == nullptr) return true;
    return std::ranges::all_of(condition->get_object(), [&](const auto& test) {
        const std::vector<std::string> types = texts_of(test.value().get_object().at("ResourceType"));
        return std::ranges::any_of(types, [&](const std::string& one) {
            return test.key() == "StringLike" ? matches(one, type) : one == type;
        });
    });
}

Result<> check_condition(const json::value& condition) {
    const json::object* tests = condition.if_object();
    if (tests == nullptr) return invalid_policy("Condition must be an object");
    for (const auto& [name, test] : *tests) {
        if (name != "StringEquals" && name != "StringLike")
            return invalid_policy("only StringEquals and StringLike are conditions");
        const bool fits =
            test.is_object() && test.get_object().size() == 1 && test.get_object().contains("ResourceType");
        if (!fits) return invalid_policy("conditions are on the ResourceType");
    }
    return {};
}

Result<> check_statement(const json::value& value) {
    const json::object* statement = value.if_object();
    if (statement == nullptr) return invalid_policy("a Statement must be an object");
    const json::value* effect = statement->if_contains("Effect");
    if (effect == nullptr || (*effect != json::value("Allow") && *effect != json::value("Deny")))
        return invalid_policy("Effect must be Allow or Deny");
    if (statement->contains("Action") == statement->contains("NotAction"))
        return invalid_policy("a Statement has an Action or a NotAction");
    if (statement->contains("Resource") == statement->contains("NotResource"))
        return invalid_policy("a Statement has a Resource or a NotResource");
    for (const auto& [name, member] : *statement) {
        constexpr std::string_view kKnown[] = {"Sid",       "Effect",   "Principal",   "Action",
                                               "NotAction", "Resource", "NotResource", "Condition"};
        if (std::ranges::find(kKnown, std::string_view(name)) == std::end(kKnown))
            return invalid_policy(fmt::format("unknown member {}", std::string_view(name)));
        if (name == "Action" || name == "NotAction") {
            for (const std::string& action : texts_of(member)) {
                if (!action.starts_with("Update:") && action != "*")
                    return invalid_policy(fmt::format("unknown action {}", action));
            }
        }
    }
    const json::value* principal = statement->if_contains("Principal");
    if (principal == nullptr || *principal != json::value("*")) return invalid_policy("Principal must be *");
    const json::value* condition = statement->if_contains("Condition");
    return condition == nullptr ? Result<>() : check_condition(*condition);
}

Result<json::array> statements_of(std::string_view policy) {
    auto parsed = codec::parse_json(policy);
    if (!parsed || !parsed->is_object()) return invalid_policy("it is not a JSON object");
    const json::value* statements = parsed->get_object().if_contains("Statement");
    if (statements == nullptr && parsed->get_object().empty()) return json::array{};
    if (statements == nullptr) return invalid_policy("Statement is missing");
    return statements->is_array() ? statements->get_array() : json::array{*statements};
}

/// {} takes a policy away.
bool is_no_policy(std::string_view policy) {
    const auto parsed = codec::parse_json(policy);
    return parsed && parsed->is_object() && parsed->get_object().empty();
}

std::string_view action_of(const PlannedChange& change) {
    if (change.action == PlannedChange::Action::kRemove) return "Update:Delete";
    return change.replaces() ? "Update:Replace" : "Update:Modify";
}

}  // namespace

Result<> check_stack_policy(std::string_view policy) {
    auto statements = statements_of(policy);
    if (!statements) return std::unexpected(statements.error());
    for (const json::value& statement : *statements) {
        if (auto checked = check_statement(statement); !checked) return checked;
    }
    return {};
}

Result<> apply_stack_policy(std::string_view policy, const std::vector<PlannedChange>& changes) {
    if (policy.empty() || is_no_policy(policy)) return {};
    const auto statements = statements_of(policy);
    if (!statements) return std::unexpected(statements.error());
    for (const PlannedChange& change : changes) {
        if (change.action == PlannedChange::Action::kAdd || change.possible) continue;
        const std::string_view action = action_of(change);
        const std::string resource = "LogicalResourceId/" + change.logical_id;
        bool allowed = false;
        std::size_t denied_by = 0;  // counted from 1
        for (std::size_t i = 0; i < statements->size(); ++i) {
            const json::object& statement = (*statements)[i].get_object();
            const bool meant = means(statement, "Action", "NotAction", action) &&
                               means(statement, "Resource", "NotResource", resource) &&
                               condition_holds(statement, change.type);
            if (!meant) continue;
            if (statement.at("Effect") == json::value("Deny")) denied_by = denied_by == 0 ? i + 1 : denied_by;
            allowed = true;
        }
        if (allowed && denied_by == 0) continue;
        return template_error(
            denied_by == 0
                ? fmt::format("Action denied by stack policy: No statement allows [{}] for resource [{}]",
                              action, resource)
                : fmt::format(
                      "Action denied by stack policy: Statement [#{}] does not allow [{}] for resource [{}]",
                      denied_by, action, resource));
    }
    return {};
}

}  // namespace millrace::cloudformation
