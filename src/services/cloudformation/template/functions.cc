#include "services/cloudformation/template/functions.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::size_t kOperandsMax = 10;

bool calls_function(const json::value& value) {
    if (!value.is_object() || value.get_object().size() != 1) return false;
    const std::string_view key = value.get_object().begin()->key();
    return key == "Ref" || key.starts_with("Fn::");
}

bool is_text_or_call(const json::value& value) {
    return scalar_text(value).has_value() || calls_function(value);
}
bool is_list_or_call(const json::value& value) {
    return value.is_array() || calls_function(value);
}

const json::array* list_of(const json::value& value, std::size_t size) {
    const json::array* list = value.if_array();
    return list != nullptr && list->size() == size ? list : nullptr;
}

bool fits_ref(const json::value& argument) {
    return argument.is_string() && !argument.get_string().empty();
}

bool fits_get_att(const json::value& argument) {
    return get_att_target(argument).has_value();
}

bool fits_sub(const json::value& argument) {
    if (argument.is_string()) return true;
    const json::array* list = list_of(argument, 2);
    return list != nullptr && (*list)[0].is_string() && (*list)[1].is_object();
}

bool fits_join(const json::value& argument) {
    const json::array* list = list_of(argument, 2);
    return list != nullptr && (*list)[0].is_string() && is_list_or_call((*list)[1]);
}

bool fits_select(const json::value& argument) {
    const json::array* list = list_of(argument, 2);
    return list != nullptr && is_text_or_call((*list)[0]) && is_list_or_call((*list)[1]);
}

bool fits_split(const json::value& argument) {
    const json::array* list = list_of(argument, 2);
    return list != nullptr && (*list)[0].is_string() && !(*list)[0].get_string().empty() &&
           is_text_or_call((*list)[1]);
}

bool fits_find_in_map(const json::value& argument) {
    const json::array* list = argument.if_array();
    if (list == nullptr || list->size() < 3 || list->size() > 4) return false;
    return std::all_of(list->begin(), list->begin() + 3, is_text_or_call) &&
           (list->size() == 3 || default_of_find_in_map(*list) != nullptr);
}

bool fits_get_stack_output(const json::value& argument) {
    const json::object* members = argument.if_object();
    if (members == nullptr || !members->contains("StackName") || !members->contains("OutputName"))
        return false;
    constexpr std::string_view kMembers[] = {"StackName", "OutputName", "Region", "RoleArn"};
    return std::ranges::all_of(*members, [&](const auto& member) {
        return std::ranges::find(kMembers, std::string_view(member.key())) != std::end(kMembers) &&
               is_text_or_call(member.value());
    });
}

bool fits_cidr(const json::value& argument) {
    const json::array* list = list_of(argument, 3);
    return list != nullptr && std::ranges::all_of(*list, is_text_or_call);
}

bool fits_to_json_string(const json::value& argument) {
    return argument.is_object() || argument.is_array();
}

bool fits_if(const json::value& argument) {
    const json::array* list = list_of(argument, 3);
    return list != nullptr && (*list)[0].is_string();
}

bool fits_and_or(const json::value& argument) {
    const json::array* list = argument.if_array();
    return list != nullptr && list->size() >= 2 && list->size() <= kOperandsMax;
}

bool fits_not(const json::value& argument) {
    return list_of(argument, 1) != nullptr;
}

bool fits_equals(const json::value& argument) {
    const json::array* list = list_of(argument, 2);
    return list != nullptr && std::ranges::all_of(*list, is_text_or_call);
}

struct FunctionRule {
    std::string_view name;
    Function function;
    bool in_conditions;
    bool in_values;
    bool (*fits)(const json::value& argument);
    std::string_view complaint;
};

constexpr FunctionRule kRules[] = {
    {"Ref", Function::kRef, true, true, fits_ref,
     "Template error: every Ref object must have a single String value."},
    {"Fn::GetAtt", Function::kGetAtt, false, true, fits_get_att,
     "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the "
     "resource "
     "attribute"},
    {"Fn::Sub", Function::kSub, true, true, fits_sub,
     "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a "
     "string as "
     "first argument, and an optional second argument to specify a mapping of values to replace in the "
     "string"},
    {"Fn::Join", Function::kJoin, true, true, fits_join,
     "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list "
     "of strings "
     "to be joined or a function that returns a list of strings (such as Fn::Split) to be joined."},
    {"Fn::Select", Function::kSelect, true, true, fits_select,
     "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"},
    {"Fn::Split", Function::kSplit, true, true, fits_split,
     "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a "
     "string to be "
     "split or a function that returns a string to be split."},
    {"Fn::FindInMap", Function::kFindInMap, true, true, fits_find_in_map,
     "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the "
     "attribute "
     "for return value"},
    {"Fn::Base64", Function::kBase64, false, true, is_text_or_call,
     "Template error: every Fn::Base64 object must have a String-typed value."},
    {"Fn::ImportValue", Function::kImportValue, false, true, is_text_or_call,
     "Template error: every Fn::ImportValue object must have a String-typed value."},
    {"Fn::GetStackOutput", Function::kGetStackOutput, false, true, fits_get_stack_output,
     "Template error: every Fn::GetStackOutput object requires StackName and OutputName, and may have Region "
     "and RoleArn"},
    {"Fn::Cidr", Function::kCidr, false, true, fits_cidr,
     "Template error: every Fn::Cidr object requires three parameters, (1) an address block, (2) the number "
     "of blocks and (3) the number of bits of each."},
    {"Fn::GetAZs", Function::kGetAZs, false, true, is_text_or_call,
     "Template error: every Fn::GetAZs object must have a String-typed value."},
    {"Fn::Length", Function::kLength, true, true, is_list_or_call,
     "Template error: every Fn::Length object must have a list, or a function that returns one, as its "
     "value."},
    {"Fn::ToJsonString", Function::kToJsonString, true, true, fits_to_json_string,
     "Template error: every Fn::ToJsonString object must have an object or a list as its value."},
    {"Fn::If", Function::kIf, false, true, fits_if,
     "Template error: Fn::If requires a list argument with three parameters, the first of them a condition's "
     "name"},
    {"Fn::And", Function::kAnd, true, false, fits_and_or,
     "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters."},
    {"Fn::Or", Function::kOr, true, false, fits_and_or,
     "Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters."},
    {"Fn::Not", Function::kNot, true, false, fits_not,
     "Template error: Fn::Not requires a list argument with one function token."},
    {"Fn::Equals", Function::kEquals, true, false, fits_equals,
     "Template error: Fn::Equals requires a list argument with two string parameters."},
};

constexpr FunctionRule kConditionRule = {
    "Condition", Function::kCondition,
    true,        false,
    fits_ref,    "Template error: every Condition must name a condition."};

const FunctionRule* find_rule(std::string_view name, Block block) {
    if (name == kConditionRule.name && block == Block::kConditions) return &kConditionRule;
    const auto* found = std::ranges::find(kRules, name, &FunctionRule::name);
    return found == std::end(kRules) ? nullptr : found;
}

std::string supported_functions() {
    std::string names;
    for (const FunctionRule& rule : kRules) names.append(names.empty() ? "" : ", ").append(rule.name);
    return names;
}

bool is_variable_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == ':' || c == '_';
}

/// The name in {"Ref": name}; empty for anything else.
std::string_view name_in_ref(const json::value& value) {
    const json::object* call = value.if_object();
    const json::value* name = call != nullptr && call->size() == 1 ? call->if_contains("Ref") : nullptr;
    return name != nullptr && name->is_string() ? std::string_view(name->get_string()) : std::string_view();
}

}  // namespace

Result<std::optional<FunctionCall>> function_call(const json::object& object, Block block,
                                                  std::string_view path) {
    for (const auto& member : object) {
        const std::string_view name = member.key();
        const FunctionRule* rule = find_rule(name, block);
        if (rule == nullptr) {
            if (!name.starts_with("Fn::")) continue;
            return template_error(fmt::format(
                "Template Error: Encountered unsupported function: {} at {}. Supported functions are: [{}]",
                name, path, supported_functions()));
        }
        if (object.size() != 1) {
            return template_error(
                fmt::format("Template error: {} must be the only member of its object, at {}", name, path));
        }
        if (block == Block::kConditions ? !rule->in_conditions : !rule->in_values) {
            return template_error(fmt::format("Template error: {} cannot be used at {}", name, path));
        }
        if (!rule->fits(member.value()))
            return template_error(fmt::format("{} (at {})", rule->complaint, path));
        return FunctionCall{rule->function, member.value()};
    }
    return std::nullopt;
}

GetAttTarget split_get_att(std::string_view dotted) {
    const auto dot = dotted.find('.');
    if (dot == std::string_view::npos) return {dotted, {}};
    return {dotted.substr(0, dot), dotted.substr(dot + 1)};
}

std::optional<GetAttTarget> get_att_target(const json::value& argument) {
    GetAttTarget target;
    if (argument.is_string()) {
        target = split_get_att(argument.get_string());
    } else if (const json::array* list = list_of(argument, 2); list != nullptr && (*list)[0].is_string()) {
        target.logical_id = (*list)[0].get_string();
        if ((*list)[1].is_string()) target.attribute = (*list)[1].get_string();
        target.parameter = name_in_ref((*list)[1]);
    }
    if (target.logical_id.empty() || target.attribute.empty() == target.parameter.empty())
        return std::nullopt;
    return target;
}

const json::value* default_of_find_in_map(const json::array& arguments) {
    if (arguments.size() != 4 || !arguments[3].is_object()) return nullptr;
    const json::object& last = arguments[3].get_object();
    return last.size() == 1 ? last.if_contains("DefaultValue") : nullptr;
}

Result<std::vector<SubPart>> parse_sub(std::string_view text) {
    std::vector<SubPart> parts;
    const auto literal = [&](std::string_view piece) {
        if (!piece.empty()) parts.push_back({false, piece});
    };
    while (true) {
        const auto open = text.find("${");
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) break;
        const std::string_view inside = text.substr(open + 2, close - open - 2);
        if (inside.starts_with('!')) {
            literal(text.substr(0, open + 2));
            literal(text.substr(open + 3, close - open - 2));
        } else {
            literal(text.substr(0, open));
            // AWS allows blanks around the name.
            const auto first = inside.find_first_not_of(' ');
            const auto name = first == std::string_view::npos
                                  ? std::string_view()
                                  : inside.substr(first, inside.find_last_not_of(' ') - first + 1);
            if (name.empty() || !std::ranges::all_of(name, is_variable_character)) {
                return template_error(
                    "Template error: variable names in Fn::Sub syntax must contain only alphanumeric "
                    "characters, "
                    "underscores, periods, and colons");
            }
            parts.push_back({true, name});
        }
        text.remove_prefix(close + 1);
    }
    literal(text);
    return parts;
}

SubArguments sub_arguments(const json::value& argument) {
    if (argument.is_string()) return {argument.get_string(), nullptr};
    const json::array& list = argument.get_array();
    return {list[0].get_string(), &list[1].get_object()};
}

}  // namespace millrace::cloudformation
