#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// Line in the template's body of the member at this JSON pointer; 0 when unknown.
using LineOf = std::function<int(std::string_view pointer)>;

/// The form of the Mappings section.
[[nodiscard]] Result<> read_mappings(const boost::json::value& section);

[[nodiscard]] std::unexpected<Error> unrecognized_parameter_type(std::string_view type,
                                                                 std::string_view parameter);

// The readers of the sections that declare things, used by parse_template() only.
[[nodiscard]] Result<std::vector<ParameterDeclaration>> read_parameters(const boost::json::object& section,
                                                                        const LineOf& line_of);
[[nodiscard]] Result<std::vector<ResourceDeclaration>> read_resources(const boost::json::object& section,
                                                                      const LineOf& line_of);
[[nodiscard]] Result<std::vector<OutputDeclaration>> read_outputs(const boost::json::object& section);

}  // namespace millrace::cloudformation
