#include "services/iam/entity_changes.h"

#include "api/iam.h"
#include "services/iam/directory.h"
#include "services/iam/errors.h"
#include "services/iam/policy_document.h"

namespace millrace::iam {

template <class Entity>
aws::Outcome<void> put_inline_policy(Entity& entity, std::string name, std::string document) {
    if (auto good = check_policy_document(document, PolicyKind::kIdentity); !good) return good;
    entity.inline_policies.insert_or_assign(std::move(name), std::move(document));
    return {};
}

template <class Entity>
aws::Outcome<void> attach(const Directory& directory, Entity& entity, const std::string& policy_arn) {
    if (!directory.is_attachable(entity.account, policy_arn))
        return std::unexpected(no_such_policy(policy_arn));
    entity.attached.insert(policy_arn);
    return {};
}

aws::Outcome<void> set_trust_policy(Role& role, std::string document) {
    if (auto good = check_policy_document(document, PolicyKind::kTrust); !good) return good;
    role.trust_policy = std::move(document);
    return {};
}

template <class Entity>
aws::Outcome<void> set_boundary(const Directory& directory, Entity& entity, const std::string& policy_arn) {
    if (!directory.is_attachable(entity.account, policy_arn))
        return std::unexpected(no_such_policy(policy_arn));
    entity.boundary = policy_arn;
    return {};
}

aws::Outcome<void> check_tags(const Tags& tags) {
    if (tags.size() <= kTagsMax) return {};
    return std::unexpected(api::iam::limit_exceeded_exception("The number of tags exceeds the limit of 50."));
}

namespace {

template <class Entity>
aws::Outcome<void> check_no_policies(const Entity& entity) {
    if (!entity.attached.empty()) {
        return std::unexpected(
            api::iam::delete_conflict_exception("Cannot delete entity, must detach all policies first."));
    }
    if (!entity.inline_policies.empty()) {
        return std::unexpected(
            api::iam::delete_conflict_exception("Cannot delete entity, must delete policies first."));
    }
    return {};
}

}  // namespace

aws::Outcome<void> check_unused(const Role& role) {
    return check_no_policies(role);
}

aws::Outcome<void> check_unused(const User& user) {
    if (!user.access_keys.empty()) {
        return std::unexpected(
            api::iam::delete_conflict_exception("Cannot delete entity, must delete access keys first."));
    }
    return check_no_policies(user);
}

AccessKey make_access_key(const Directory& directory) {
    return {.id = make_id("AKIA", directory.random()).substr(0, kAccessKeyIdChars),
            .secret = make_secret(directory.random()),
            .created = directory.clock().now()};
}

aws::Outcome<void> add_access_key(User& user, AccessKey key) {
    if (user.access_keys.size() >= kAccessKeysPerUserMax) {
        return std::unexpected(
            api::iam::limit_exceeded_exception("Cannot exceed quota for AccessKeysPerUser: 2"));
    }
    std::string id = key.id;
    user.access_keys.emplace(std::move(id), std::move(key));
    return {};
}

template aws::Outcome<void> put_inline_policy(Role& entity, std::string name, std::string document);
template aws::Outcome<void> put_inline_policy(User& entity, std::string name, std::string document);
template aws::Outcome<void> attach(const Directory& directory, Role& entity, const std::string& policy_arn);
template aws::Outcome<void> attach(const Directory& directory, User& entity, const std::string& policy_arn);
template aws::Outcome<void> set_boundary(const Directory& directory, Role& entity,
                                         const std::string& policy_arn);
template aws::Outcome<void> set_boundary(const Directory& directory, User& entity,
                                         const std::string& policy_arn);

}  // namespace millrace::iam
