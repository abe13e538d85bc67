#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "services/cloudformation/template/resource_types.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// Whether what is written there may come to AWS::NoValue.
[[nodiscard]] bool may_be_absent(const boost::json::value& value);

/// A call, a dynamic reference, or what only the deployment will know.
[[nodiscard]] bool is_yet_to_come(const boost::json::value& value);

/// "7", or the line of the resource when the property has none.
[[nodiscard]] int line_of(const ResourceDeclaration& resource, std::string_view property);

/// Gathers what is wrong with the values of one resource's properties: types, and members that there are not.
/// What a function is yet to give is not looked at.
class ValueCheck {
  public:
    void check(std::string_view property, const boost::json::value& value, const ports::PropertyModel& model);
    /// All that was wrong, as AWS lists it.
    [[nodiscard]] Result<> verdict(const ResourceDeclaration& resource) const;

  private:
    // `place` is AWS's: "#/Code", "#/Tags/0".
    void look_at(const boost::json::value& value, const ports::PropertyModel& model,
                 const std::string& place);
    void look_at_one(const boost::json::value& value, const ports::PropertyModel& model,
                     const std::string& place);
    void look_at_members(const boost::json::object& object, const ports::PropertyModel& model,
                         const std::string& place);
    void expected(std::string_view type, const boost::json::value& found, const std::string& place);
    void fault(std::string found, std::string hint);

    std::string_view property_;   ///< at work on
    std::string first_property_;  ///< with a fault
    std::string hint_;            ///< for the first fault
    std::string faults_;
    std::size_t count_ = 0;
};

}  // namespace millrace::cloudformation
