#pragma once

#include <optional>
#include <vector>

#include "api/iam.h"
#include "services/iam/directory.h"

namespace millrace::iam {

/// As the API shows it; documents are percent-encoded there (RFC 3986).
[[nodiscard]] api::iam::Role describe(const Role& role);
[[nodiscard]] api::iam::Policy describe(const Directory& directory, const ManagedPolicy& policy);

/// Of equal keys the last one counts.
[[nodiscard]] Tags to_tags(const std::optional<std::vector<api::iam::Tag>>& tags);

}  // namespace millrace::iam
