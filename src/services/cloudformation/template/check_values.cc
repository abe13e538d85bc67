#include "services/cloudformation/template/check_values.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "base/ascii.h"
#include "base/number.h"
#include "services/cloudformation/template/dynamic_references.h"
#include "services/cloudformation/template/evaluator.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/suggestion.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;
using Type = ports::PropertyModel::Type;
using Shape = ports::PropertyModel::Shape;

constexpr std::size_t kFaultsToldMax = 20;

/// The argument, when the value is a call of the function.
const json::value* argument_of(const json::value& value, std::string_view function) {
    const json::object* call = value.if_object();
    return call != nullptr && call->size() == 1 ? call->if_contains(function) : nullptr;
}

std::optional<double> number_in(const json::value& value) {
    if (value.is_number()) return value.to_number<double>();
    const json::string* text = value.if_string();
    return text == nullptr ? std::nullopt : parse_number<double>(*text);
}

bool is_number(const json::value& value) {
    const auto number = number_in(value);
    return number && std::isfinite(*number);
}

bool is_integer(const json::value& value) {
    return is_number(value) && std::trunc(*number_in(value)) == *number_in(value);
}

bool is_boolean(const json::value& value) {
    const json::string* text = value.if_string();
    return value.is_bool() ||
           (text != nullptr && (equal_ignoring_case(*text, "true") || equal_ignoring_case(*text, "false")));
}

bool fits(const json::value& value, Type type) {
    switch (type) {
        case Type::kAny:
            return true;
        case Type::kText:
            return !value.is_structured();
        case Type::kInteger:
            return is_integer(value);
        case Type::kNumber:
            return is_number(value);
        case Type::kBoolean:
            return is_boolean(value);
        case Type::kJson:
            return !value.is_array();
        case Type::kObject:
            return value.is_object();
    }
    return true;
}

/// The words of AWS's validator, a library for Java.
std::string_view word_for(Type type) {
    switch (type) {
        case Type::kText:
            return "String";
        case Type::kInteger:
            return "Integer";
        case Type::kNumber:
            return "Number";
        case Type::kBoolean:
            return "Boolean";
        case Type::kAny:
        case Type::kJson:
        case Type::kObject:
            break;
    }
    return "JSONObject";
}

std::string_view word_for(const json::value& found) {
    switch (found.kind()) {
        case json::kind::null:
            return "Null";
        case json::kind::bool_:
            return "Boolean";
        case json::kind::int64:
        case json::kind::uint64:
            return "Integer";
        case json::kind::double_:
            return "Double";
        case json::kind::string:
            return "String";
        case json::kind::array:
            return "JSONArray";
        case json::kind::object:
            break;
    }
    return "JSONObject";
}

const ports::PropertyModel* find_member(const ports::PropertyModel& model, std::string_view name) {
    const auto found = std::ranges::find(model.members, name, &ports::PropertyModel::name);
    return found == model.members.end() ? nullptr : &*found;
}

}  // namespace

bool may_be_absent(const json::value& value) {
    if (const json::value* name = argument_of(value, "Ref"))
        return name->is_string() && std::string_view(name->get_string()) == "AWS::NoValue";
    const json::value* choice = argument_of(value, "Fn::If");
    const json::array* parts = choice == nullptr ? nullptr : choice->if_array();
    return parts != nullptr && std::any_of(parts->begin(), parts->end(), may_be_absent);
}

bool is_yet_to_come(const json::value& value) {
    if (const json::string* text = value.if_string())
        return is_unknown(*text) || has_dynamic_reference(*text);
    const json::object* object = value.if_object();  // a call, also one with members too many
    return object != nullptr && std::any_of(object->begin(), object->end(), [](const auto& member) {
               const std::string_view name = member.key();
               return name == "Ref" || name.starts_with("Fn::");
           });
}

int line_of(const ResourceDeclaration& resource, std::string_view property) {
    const auto line = resource.property_lines.find(std::string(property));
    return line == resource.property_lines.end() ? resource.line : line->second;
}

void ValueCheck::check(std::string_view property, const json::value& value,
                       const ports::PropertyModel& model) {
    property_ = property;
    look_at(value, model, join_path("#", property));
}

Result<> ValueCheck::verdict(const ResourceDeclaration& resource) const {
    if (count_ == 0) return {};
    return template_error(
        fmt::format("Properties validation failed for resource {} with message: [{}] (line {}).{}",
                    resource.logical_id, faults_, line_of(resource, first_property_), hint_));
}

void ValueCheck::look_at(const json::value& value, const ports::PropertyModel& model,
                         const std::string& place) {
    if (is_yet_to_come(value)) return;
    if (model.shape == Shape::kList) {
        const json::array* list = value.if_array();
        if (list == nullptr) return expected("JSONArray", value, place);
        for (std::size_t i = 0; i < list->size(); ++i)
            look_at_one((*list)[i], model, join_path(place, fmt::to_string(i)));
    } else if (model.shape == Shape::kMap) {
        const json::object* map = value.if_object();
        if (map == nullptr) return expected("JSONObject", value, place);
        for (const auto& [name, inner] : *map) look_at_one(inner, model, join_path(place, name));
    } else {
        look_at_one(value, model, place);
    }
}

void ValueCheck::look_at_one(const json::value& value, const ports::PropertyModel& model,
                             const std::string& place) {
    if (is_yet_to_come(value)) return;
    if (!fits(value, model.type)) return expected(word_for(model.type), value, place);
    if (model.type == Type::kObject) look_at_members(value.get_object(), model, place);
}

void ValueCheck::look_at_members(const json::object& object, const ports::PropertyModel& model,
                                 const std::string& place) {
    for (const auto& [name, inner] : object) {
        if (const ports::PropertyModel* member = find_member(model, name)) {
            look_at(inner, *member, join_path(place, name));
        } else if (!may_be_absent(inner)) {
            fault(fmt::format("{}: extraneous key [{}] is not permitted", place, std::string_view(name)),
                  suggestion(name, model.members));
        }
    }
}

void ValueCheck::expected(std::string_view type, const json::value& found, const std::string& place) {
    const bool is_path = found.is_string() && (place == "#/Code" || place == "#/Content");
    fault(
        fmt::format("{}: expected type: {}, found: {}", place, type, word_for(found)),
        is_path ? " A path is for millrace deploy and millrace up, or for aws cloudformation package." : "");
}

void ValueCheck::fault(std::string found, std::string hint) {
    if (count_++ == 0) {
        faults_ = std::move(found);
        first_property_ = property_;
        hint_ = std::move(hint);
    } else if (count_ <= kFaultsToldMax) {
        faults_ += ", " + found;
    }
}

}  // namespace millrace::cloudformation
