#pragma once

#include <boost/json.hpp>

#include "services/lambda/function.h"

namespace millrace::lambda {

[[nodiscard]] boost::json::object code_to_json(const CodeReference& code);
/// Throws when it is not what code_to_json() makes.
[[nodiscard]] CodeReference code_from_json(const boost::json::value& value);

}  // namespace millrace::lambda
