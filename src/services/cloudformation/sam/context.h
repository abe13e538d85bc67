#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation::sam {

/// What references to parameters stand for while a template is written out: texts.
struct Context {
    std::string region;
    std::map<std::string, std::string> parameters;   ///< with AWS::Region and AWS::Partition
    bool allows_unknown = false;                     ///< what is not offered is skipped (skipped.h)
    const boost::json::object* resources = nullptr;  ///< the section as it stands
};

/// The value with Ref of parameters, and their names in Fn::Sub, replaced; other functions stay.
[[nodiscard]] boost::json::value resolve_parameters(const boost::json::value& value, const Context& context);

/// "Resource with id [Function] is invalid. ..."
[[nodiscard]] inline std::unexpected<Error> invalid(std::string_view logical_id, std::string_view message) {
    return template_error(fmt::format("Resource with id [{}] is invalid. {}", logical_id, message));
}

/// {"Ref": logical_id}
[[nodiscard]] inline boost::json::value ref_to(std::string_view logical_id) {
    return boost::json::object{{"Ref", logical_id}};
}

/// {"Fn::GetAtt": [logical_id, attribute]}
[[nodiscard]] inline boost::json::value attribute_of(std::string_view logical_id,
                                                     std::string_view attribute) {
    return boost::json::object{{"Fn::GetAtt", {logical_id, attribute}}};
}

/// An object with the one member "Ref", "Condition" or a function.
[[nodiscard]] bool is_function(const boost::json::value& value);
[[nodiscard]] bool is_no_value(const boost::json::value& value);

/// The member, unless it is absent or null.
[[nodiscard]] inline const boost::json::value* member(const boost::json::object& object,
                                                      std::string_view name) {
    const boost::json::value* found = object.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

}  // namespace millrace::cloudformation::sam
