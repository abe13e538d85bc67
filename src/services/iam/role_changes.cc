#include "services/iam/role_changes.h"

#include "api/iam.h"
#include "services/iam/directory.h"
#include "services/iam/errors.h"
#include "services/iam/policy_document.h"

namespace millrace::iam {

aws::Outcome<void> put_inline_policy(Role& role, std::string name, std::string document) {
    if (auto good = check_policy_document(document, PolicyKind::kIdentity); !good) return good;
    role.inline_policies.insert_or_assign(std::move(name), std::move(document));
    return {};
}

aws::Outcome<void> attach(const Directory& directory, Role& role, const std::string& policy_arn) {
    if (!directory.is_attachable(role.account, policy_arn))
        return std::unexpected(no_such_policy(policy_arn));
    role.attached.insert(policy_arn);
    return {};
}

aws::Outcome<void> set_trust_policy(Role& role, std::string document) {
    if (auto good = check_policy_document(document, PolicyKind::kTrust); !good) return good;
    role.trust_policy = std::move(document);
    return {};
}

aws::Outcome<void> set_boundary(const Directory& directory, Role& role, const std::string& policy_arn) {
    if (!directory.is_attachable(role.account, policy_arn))
        return std::unexpected(no_such_policy(policy_arn));
    role.boundary = policy_arn;
    return {};
}

aws::Outcome<void> check_tags(const Tags& tags) {
    if (tags.size() <= kTagsMax) return {};
    return std::unexpected(api::iam::limit_exceeded_exception("The number of tags exceeds the limit of 50."));
}

aws::Outcome<void> check_unused(const Role& role) {
    if (!role.attached.empty()) {
        return std::unexpected(
            api::iam::delete_conflict_exception("Cannot delete entity, must detach all policies first."));
    }
    if (!role.inline_policies.empty()) {
        return std::unexpected(
            api::iam::delete_conflict_exception("Cannot delete entity, must delete policies first."));
    }
    return {};
}

}  // namespace millrace::iam
