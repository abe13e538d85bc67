#include "services/cloudformation/sam/policies.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fmt/ranges.h>
#include <optional>

#include "services/cloudformation/sam/managed_policies.h"
#include "services/cloudformation/sam/policy_templates.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

std::vector<std::string_view> names_in(std::string_view text) {
    std::vector<std::string_view> names;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        names.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

/// The document with the values that are given instead of the references to parameters.
json::value filled_in(const json::value& value, const json::object& given) {
    if (value.is_array()) {
        json::array list;
        for (const json::value& item : value.get_array()) list.push_back(filled_in(item, given));
        return list;
    }
    const json::object* source = value.if_object();
    if (source == nullptr) return value;
    if (const json::value* name = source->if_contains("Ref"); name != nullptr && source->size() == 1)
        return given.at(name->get_string());
    json::object object;
    for (const auto& [name, inner] : *source) object.emplace(name, filled_in(inner, given));
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
        const PolicyTemplate* found = find_policy_template(name);
        if (found == nullptr) {
            return invalid(function_,
                           fmt::format("Policy at index {} in the 'Policies' property is not valid: {} is "
                                       "none of SAM's policy templates",
                                       index, name));
        }
        const json::object* given = call.begin()->value().if_object();
        if (given == nullptr) {
            return invalid(function_,
                           fmt::format("Must specify valid parameter values for policy template '{}'", name));
        }
        std::vector<std::string_view> missing = names_in(found->parameters);
        std::erase_if(missing, [&](std::string_view parameter) { return given->contains(parameter); });
        if (!missing.empty()) {
            return invalid(
                function_,
                fmt::format("Following required parameters of policy template '{}' don't have values: ['{}']",
                            name, fmt::join(missing, "', '")));
        }
        return Policy{filled_in(json::parse(found->document), *given), false};
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
