#pragma once

#include <boost/json/object.hpp>

#include "base/error.h"
#include "services/cloudformation/template/resource_types.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// Fn::If in place of a resource's properties: its arguments; nullptr when they are written one by one.
[[nodiscard]] const boost::json::array* chosen_properties(const boost::json::object& properties);
/// What may come of it: the objects in its branches.
[[nodiscard]] std::vector<const boost::json::object*> possible_properties(
    const boost::json::object& properties);

/// That there is no property, nor anything inside of one, that the type does not know, and no value of a
/// wrong type. For properties as they are written and for evaluated ones: what a function may yet take away
/// or give is left for the second time.
[[nodiscard]] Result<> check_known_properties(const ResourceDeclaration& resource,
                                              const boost::json::object& properties,
                                              const ports::ResourceTypeModel& model);

/// That those are there which the type requires; an evaluated one may have turned out to be AWS::NoValue.
[[nodiscard]] Result<> check_required_properties(const ResourceDeclaration& resource,
                                                 const boost::json::object& properties,
                                                 const ports::ResourceTypeModel& model);

/// Both, for evaluated properties. Of a type that is not on offer nothing is known.
[[nodiscard]] Result<> check_properties(const ResourceDeclaration& resource,
                                        const boost::json::object& properties, const ResourceTypes& types);

}  // namespace millrace::cloudformation
