#pragma once

#include <string>

#include "aws/error.h"
#include "services/iam/entities.h"

namespace millrace::iam {

class Directory;

// What operations and templates do to a role; each refuses with IAM's words.
[[nodiscard]] aws::Outcome<void> put_inline_policy(Role& role, std::string name, std::string document);
[[nodiscard]] aws::Outcome<void> attach(const Directory& directory, Role& role,
                                        const std::string& policy_arn);
[[nodiscard]] aws::Outcome<void> set_trust_policy(Role& role, std::string document);
[[nodiscard]] aws::Outcome<void> set_boundary(const Directory& directory, Role& role,
                                              const std::string& policy_arn);
/// A role or policy may have so many tags.
[[nodiscard]] aws::Outcome<void> check_tags(const Tags& tags);
/// DeleteConflict while the role has policies.
[[nodiscard]] aws::Outcome<void> check_unused(const Role& role);

}  // namespace millrace::iam
