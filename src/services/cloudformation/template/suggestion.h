#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/resource_provider.h"

namespace millrace::cloudformation {

/// " Did you mean X?" when a property's name is close to one there is; else empty.
[[nodiscard]] std::string suggestion(std::string_view wrong, const std::vector<ports::PropertyModel>& known);

}  // namespace millrace::cloudformation
