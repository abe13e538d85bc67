#include "services/cloudformation/template/coerce_values.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <optional>

#include "base/ascii.h"
#include "base/number.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;
using Type = ports::PropertyModel::Type;
using Shape = ports::PropertyModel::Shape;

void coerce_members(json::object& object, const std::vector<ports::PropertyModel>& models);

/// Beyond it a double has no digits for single integers.
constexpr double kExactMax = 0x1p53;

/// 5.0 and "1e1" as integers. "5" stays: services take that.
void coerce_integer(json::value& value) {
    std::optional<double> number;
    if (const json::string* text = value.if_string()) {
        if (!parse_number<std::int64_t>(*text)) number = parse_number<double>(*text);
    } else if (value.is_double()) {
        number = value.get_double();
    }
    if (number && std::trunc(*number) == *number && std::abs(*number) <= kExactMax)
        value = static_cast<std::int64_t>(*number);
}

void coerce_one(json::value& value, const ports::PropertyModel& model) {
    if (model.type == Type::kText && (value.is_number() || value.is_bool())) {
        value = json::value(*scalar_text(value));
    } else if (model.type == Type::kInteger) {
        coerce_integer(value);
    } else if (const json::string* text = value.if_string();
               model.type == Type::kBoolean && text != nullptr) {
        if (equal_ignoring_case(*text, "true"))
            value = true;
        else if (equal_ignoring_case(*text, "false"))
            value = false;
    } else if (json::object* object = value.if_object(); model.type == Type::kObject && object != nullptr) {
        coerce_members(*object, model.members);
    }
}

void coerce(json::value& value, const ports::PropertyModel& model) {
    json::array* list = value.if_array();
    json::object* map = value.if_object();
    if (model.shape == Shape::kList && list != nullptr) {
        for (json::value& item : *list) coerce_one(item, model);
    } else if (model.shape == Shape::kMap && map != nullptr) {
        for (auto& member : *map) coerce_one(member.value(), model);
    } else if (model.shape == Shape::kOne) {
        coerce_one(value, model);
    }
}

void coerce_members(json::object& object, const std::vector<ports::PropertyModel>& models) {
    for (auto& member : object) {
        const auto model =
            std::ranges::find(models, std::string_view(member.key()), &ports::PropertyModel::name);
        if (model != models.end()) coerce(member.value(), *model);
    }
}

}  // namespace

void coerce_values(json::object& properties, const ports::ResourceTypeModel& model) {
    coerce_members(properties, model.properties);
}

}  // namespace millrace::cloudformation
