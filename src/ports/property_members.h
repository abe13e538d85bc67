#pragma once

#include <string_view>

#include "ports/resource_provider.h"

namespace millrace::ports {

/// The model, whose properties have the members that the text tells: names, each with its own members behind
/// it, as in "Tags{Key Value} Code{S3Bucket S3Key}". Each property must be the model's.
[[nodiscard]] ResourceTypeModel with_members(ResourceTypeModel model, std::string_view text);

}  // namespace millrace::ports
