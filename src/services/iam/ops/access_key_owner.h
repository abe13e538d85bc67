#pragma once

#include <optional>
#include <string>

#include "aws/context.h"
#include "services/iam/directory.h"

namespace millrace::iam {

/// The user that an operation on access keys means: the one named, or the one whose access key signed the
/// call. ValidationError when there is none.
[[nodiscard]] aws::Outcome<std::string> access_key_owner(const Directory& directory,
                                                         const aws::RequestContext& context,
                                                         const std::optional<std::string>& named);

}  // namespace millrace::iam
