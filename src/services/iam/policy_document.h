#pragma once

#include <string_view>

#include "aws/error.h"

namespace millrace::iam {

/// What a policy is attached to decides which elements its statements must and must not have.
enum class PolicyKind {
    kIdentity,  ///< permissions: Resource, no Principal
    kTrust,     ///< who may assume a role: Principal, no Resource
};

/// Checks a document against the grammar of the JSON policy language (IAM User Guide, "Grammar of the IAM
/// JSON policy language"), as far as IAM itself does when it stores one. MalformedPolicyDocument with IAM's
/// words. What it allows is never evaluated here.
[[nodiscard]] aws::Outcome<void> check_policy_document(std::string_view text, PolicyKind kind);

}  // namespace millrace::iam
