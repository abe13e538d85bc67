#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

// What the properties of several resource types have in common.

/// ValidationException: "Property <property> <problem>."
[[nodiscard]] std::unexpected<aws::ServiceError> invalid(std::string_view property, std::string_view problem);

/// What a stream or a consumer may be called.
[[nodiscard]] bool is_name(std::string_view name);

/// A text that must be there.
[[nodiscard]] aws::Outcome<std::string> read_text(const boost::json::object& properties,
                                                  std::string_view property);

/// Of the property Tags, a list of {Key, Value}, into `out`.
[[nodiscard]] aws::Outcome<void> read_tags(const boost::json::object& properties, Tags& out);

}  // namespace millrace::kinesis
