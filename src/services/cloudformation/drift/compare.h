#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

namespace millrace::cloudformation {

/// One difference between what a template says of a resource and what the resource has: AWS's
/// PropertyDifference.
struct PropertyDifference {
    std::string path;  ///< "/Tags/0/Value"
    std::string expected;
    std::string actual;
    std::string type;  ///< ADD, REMOVE, NOT_EQUAL
    friend bool operator==(const PropertyDifference&, const PropertyDifference&) = default;
};

/// Only what the template says is compared. In `actual`, a property that is absent cannot be told, null is
/// not there. Numbers and booleans equal their texts; lists are compared without their order.
[[nodiscard]] std::vector<PropertyDifference> compare_properties(const boost::json::object& expected,
                                                                 const boost::json::object& actual);

}  // namespace millrace::cloudformation
