#pragma once

#include <string>

#include "aws/error.h"
#include "services/iam/entities.h"

namespace millrace::iam {

class Directory;

// What operations and templates do to a role or user; each refuses with IAM's words.
template <class Entity>
[[nodiscard]] aws::Outcome<void> put_inline_policy(Entity& entity, std::string name, std::string document);
template <class Entity>
[[nodiscard]] aws::Outcome<void> attach(const Directory& directory, Entity& entity,
                                        const std::string& policy_arn);
[[nodiscard]] aws::Outcome<void> set_trust_policy(Role& role, std::string document);
template <class Entity>
[[nodiscard]] aws::Outcome<void> set_boundary(const Directory& directory, Entity& entity,
                                              const std::string& policy_arn);
/// A role, user or policy may have so many tags.
[[nodiscard]] aws::Outcome<void> check_tags(const Tags& tags);
/// DeleteConflict while it has policies, or access keys.
[[nodiscard]] aws::Outcome<void> check_unused(const Role& role);
[[nodiscard]] aws::Outcome<void> check_unused(const User& user);
/// A new one.
[[nodiscard]] AccessKey make_access_key(const Directory& directory);
/// LimitExceeded when the user has as many as it may.
[[nodiscard]] aws::Outcome<void> add_access_key(User& user, AccessKey key);

}  // namespace millrace::iam
