#pragma once

#include <optional>
#include <vector>

#include "api/iam.h"
#include "services/iam/directory.h"

namespace millrace::iam {

/// As the API shows it; documents are percent-encoded there (RFC 3986).
[[nodiscard]] api::iam::Role describe(const Role& role);
[[nodiscard]] api::iam::User describe(const User& user);
[[nodiscard]] api::iam::Policy describe(const Directory& directory, const ManagedPolicy& policy);

/// "/service-role/" in "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole".
[[nodiscard]] std::string_view path_of(std::string_view policy_arn);

/// Of equal keys the last one counts.
[[nodiscard]] Tags to_tags(const std::optional<std::vector<api::iam::Tag>>& tags);

}  // namespace millrace::iam
