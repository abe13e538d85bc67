#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::cloudformation {

/// `return template_error("Template format error: ...");`
[[nodiscard]] std::unexpected<Error> template_error(std::string message);

/// Letters and digits only, at least one and at most 255: what names in a template may be.
[[nodiscard]] bool is_logical_id(std::string_view name);

/// The text of a scalar as AWS would show it ("1", "true"); nothing for lists, objects and null.
[[nodiscard]] std::optional<std::string> scalar_text(const boost::json::value& value);

/// A path in the template as AWS writes it: "/Resources/Queue" + "/" + "Properties".
[[nodiscard]] std::string join_path(std::string_view path, std::string_view member);

}  // namespace millrace::cloudformation
