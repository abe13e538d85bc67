#include "services/iam/service.h"

#include <utility>

#include "aws/registry.h"
#include "services/iam/directory.h"
#include "services/iam/ops/operations.h"
#include "services/iam/resources.h"

namespace millrace::iam {

struct Service::Parts {
    explicit Parts(Dependencies dependencies) : directory(dependencies) {}

    Directory directory;
    Resources resources{directory};
};

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::open(Dependencies dependencies) {
    auto parts = std::make_unique<Parts>(dependencies);
    if (auto loaded = parts->directory.load(); !loaded) return std::unexpected(std::move(loaded.error()));
    return std::unique_ptr<Service>(new Service(std::move(parts)));
}

void Service::register_operations(aws::Registry& registry) {
    auto& directory = parts_->directory;
    registry.add<api::iam::AttachRolePolicy>(directory, attach_role_policy);
    registry.add<api::iam::CreatePolicy>(directory, create_policy);
    registry.add<api::iam::CreateRole>(directory, create_role);
    registry.add<api::iam::DeletePolicy>(directory, delete_policy);
    registry.add<api::iam::DeleteRole>(directory, delete_role);
    registry.add<api::iam::DeleteRolePolicy>(directory, delete_role_policy);
    registry.add<api::iam::DetachRolePolicy>(directory, detach_role_policy);
    registry.add<api::iam::GetPolicy>(directory, get_policy);
    registry.add<api::iam::GetPolicyVersion>(directory, get_policy_version);
    registry.add<api::iam::GetRole>(directory, get_role);
    registry.add<api::iam::GetRolePolicy>(directory, get_role_policy);
    registry.add<api::iam::ListAttachedRolePolicies>(directory, list_attached_role_policies);
    registry.add<api::iam::ListInstanceProfilesForRole>(directory, list_instance_profiles_for_role);
    registry.add<api::iam::ListPolicies>(directory, list_policies);
    registry.add<api::iam::ListRolePolicies>(directory, list_role_policies);
    registry.add<api::iam::ListRoleTags>(directory, list_role_tags);
    registry.add<api::iam::ListRoles>(directory, list_roles);
    registry.add<api::iam::PutRolePolicy>(directory, put_role_policy);
    registry.add<api::iam::TagRole>(directory, tag_role);
    registry.add<api::iam::UntagRole>(directory, untag_role);
    registry.add<api::iam::UpdateAssumeRolePolicy>(directory, update_assume_role_policy);
    registry.add<api::iam::UpdateRole>(directory, update_role);
    registry.add<api::iam::AttachUserPolicy>(directory, attach_user_policy);
    registry.add<api::iam::CreateAccessKey>(directory, create_access_key);
    registry.add<api::iam::CreateUser>(directory, create_user);
    registry.add<api::iam::DeleteAccessKey>(directory, delete_access_key);
    registry.add<api::iam::DeleteUser>(directory, delete_user);
    registry.add<api::iam::DeleteUserPolicy>(directory, delete_user_policy);
    registry.add<api::iam::DetachUserPolicy>(directory, detach_user_policy);
    registry.add<api::iam::GetUser>(directory, get_user);
    registry.add<api::iam::GetUserPolicy>(directory, get_user_policy);
    registry.add<api::iam::ListAccessKeys>(directory, list_access_keys);
    registry.add<api::iam::ListAttachedUserPolicies>(directory, list_attached_user_policies);
    registry.add<api::iam::ListGroupsForUser>(directory, list_groups_for_user);
    registry.add<api::iam::ListUserPolicies>(directory, list_user_policies);
    registry.add<api::iam::ListUserTags>(directory, list_user_tags);
    registry.add<api::iam::ListUsers>(directory, list_users);
    registry.add<api::iam::PutUserPolicy>(directory, put_user_policy);
    registry.add<api::iam::TagUser>(directory, tag_user);
    registry.add<api::iam::UntagUser>(directory, untag_user);
    registry.add<api::iam::UpdateAccessKey>(directory, update_access_key);
}

ports::ResourceProvider& Service::resource_provider() {
    return parts_->resources;
}

void Service::reset() {
    parts_->directory.reset();
}

}  // namespace millrace::iam
