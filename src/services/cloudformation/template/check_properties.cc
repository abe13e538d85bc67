#include "services/cloudformation/template/check_properties.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <span>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

using Members = std::vector<ports::PropertyModel>;

/// Single-character edits between the two, for names of ordinary length.
std::size_t edit_distance(const std::string& from, const std::string& to) {
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row[to.size()];
}

/// " Did you mean X?" when a property's name is close to one there is.
std::string suggestion(std::string_view wrong, const Members& known) {
    constexpr std::size_t kDistanceMax = 3;
    constexpr std::size_t kNameMax = 64;
    if (wrong.size() > kNameMax) return {};
    std::size_t best = kDistanceMax + 1;
    std::string_view nearest;
    for (const ports::PropertyModel& property : known) {
        const std::size_t distance = edit_distance(to_lower(wrong), to_lower(property.name));
        if (distance < std::min(best, wrong.size())) {  // some letter is to be the same
            best = distance;
            nearest = property.name;
        }
    }
    return nearest.empty() ? std::string() : fmt::format(" Did you mean {}?", nearest);
}

int line_of(const ResourceDeclaration& resource, std::string_view property) {
    const auto line = resource.property_lines.find(std::string(property));
    return line == resource.property_lines.end() ? resource.line : line->second;
}

/// The argument, when the value is a call of the function.
const json::value* argument_of(const json::value& value, std::string_view function) {
    const json::object* call = value.if_object();
    return call != nullptr && call->size() == 1 ? call->if_contains(function) : nullptr;
}

/// Whether what is written there may come to nothing.
bool may_be_absent(const json::value& value) {
    if (const json::value* name = argument_of(value, "Ref"))
        return name->is_string() && std::string_view(name->get_string()) == "AWS::NoValue";
    const json::value* choice = argument_of(value, "Fn::If");
    const json::array* parts = choice == nullptr ? nullptr : choice->if_array();
    return parts != nullptr && std::any_of(parts->begin(), parts->end(), may_be_absent);
}

bool is_call(const json::object& object) {
    if (object.size() != 1) return false;
    const std::string_view name = object.begin()->key();
    return name == "Ref" || name.starts_with("Fn::");
}

const ports::PropertyModel* find_member(const Members& known, std::string_view name) {
    const auto found = std::ranges::find(known, name, &ports::PropertyModel::name);
    return found == known.end() ? nullptr : &*found;
}

/// Checks what stands inside of the properties of one resource.
class MemberCheck {
  public:
    MemberCheck(const ResourceDeclaration& resource, std::string_view property)
        : resource_(resource), property_(property) {}

    /// `place` is AWS's: "#/Code", "#/Tags/0".
    Result<> value(const json::value& checked, const Members& known, const std::string& place) const {
        if (known.empty()) return {};
        if (const json::array* list = checked.if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                auto good = value((*list)[i], known, join_path(place, fmt::to_string(i)));
                if (!good) return good;
            }
        }
        if (checked.is_string() || checked.is_number() || checked.is_bool()) return no_object(checked, place);
        const json::object* object = checked.if_object();
        if (object == nullptr || is_call(*object)) return {};
        for (const auto& [name, inner] : *object) {
            if (const ports::PropertyModel* member = find_member(known, name)) {
                if (auto good = value(inner, member->members, join_path(place, name)); !good) return good;
            } else if (!may_be_absent(inner)) {
                return extraneous(name, known, place);
            }
        }
        return {};
    }

  private:
    [[nodiscard]] std::unexpected<Error> no_object(const json::value& checked,
                                                   const std::string& place) const {
        const bool path = property_ == "Code" && checked.is_string();
        return template_error(fmt::format(
            "Properties validation failed for resource {} with message: [{}: expected type: JSONObject, "
            "found: "
            "{}] (line {}).{}",
            resource_.logical_id, place,
            checked.is_string() ? "String" : (checked.is_bool() ? "Boolean" : "Number"),
            line_of(resource_, property_),
            path ? " A path is for millrace deploy and millrace up, or for aws cloudformation package."
                 : ""));
    }

    [[nodiscard]] std::unexpected<Error> extraneous(std::string_view name, const Members& known,
                                                    const std::string& place) const {
        return template_error(fmt::format(
            "Properties validation failed for resource {} with message: [{}: extraneous key [{}] is not "
            "permitted] (line {}).{}",
            resource_.logical_id, place, name, line_of(resource_, property_), suggestion(name, known)));
    }

    const ResourceDeclaration& resource_;
    std::string_view property_;
};

}  // namespace

const json::array* chosen_properties(const json::object& properties) {
    const json::value* branches = properties.size() == 1 ? properties.if_contains("Fn::If") : nullptr;
    const json::array* parts = branches == nullptr ? nullptr : branches->if_array();
    return parts != nullptr && parts->size() == 3 ? parts : nullptr;
}

std::vector<const json::object*> possible_properties(const json::object& properties) {
    const json::array* parts = chosen_properties(properties);
    if (parts == nullptr) return {&properties};
    static const json::object kNone;
    std::vector<const json::object*> possible;
    for (const json::value& branch : std::span(*parts).subspan(1)) {
        const json::object* object = branch.if_object();
        const bool given =
            object != nullptr && !object->contains("Ref");  // to AWS::NoValue: there is nothing else
        const auto below = possible_properties(given ? *object : kNone);
        possible.insert(possible.end(), below.begin(), below.end());
    }
    return possible;
}

Result<> check_known_properties(const ResourceDeclaration& resource, const json::object& properties,
                                const ports::ResourceTypeModel& model) {
    for (const auto& [name, value] : properties) {
        const ports::PropertyModel* property = find_property(model, name);
        if (property != nullptr) {
            auto checked = MemberCheck(resource, name).value(value, property->members, join_path("#", name));
            if (!checked) return checked;
        } else if (!model.open && !may_be_absent(value)) {
            return template_error(
                fmt::format("Encountered unsupported property {} in resource {} of type {} (line {}).{}",
                            std::string_view(name), resource.logical_id, resource.type,
                            line_of(resource, name), suggestion(name, model.properties)));
        }
    }
    return {};
}

Result<> check_required_properties(const ResourceDeclaration& resource, const json::object& properties,
                                   const ports::ResourceTypeModel& model) {
    for (const ports::PropertyModel& property : model.properties) {
        if (!property.required || properties.contains(property.name)) continue;
        return template_error(
            fmt::format("Property {} cannot be empty: resource {} of type {} requires it (line {}).",
                        property.name, resource.logical_id, resource.type, resource.line));
    }
    return {};
}

Result<> check_properties(const ResourceDeclaration& resource, const json::object& properties,
                          const ResourceTypes& types) {
    const ports::ResourceTypeModel* model = types.find(resource.type);
    if (model == nullptr || !types.is_offered(resource.type)) return {};
    if (auto checked = check_known_properties(resource, properties, *model); !checked) return checked;
    return check_required_properties(resource, properties, *model);
}

}  // namespace millrace::cloudformation
