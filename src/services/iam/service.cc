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
    const auto add = [&]<class Op>(void (*operation)(Directory&, const aws::RequestContext&,
                                                     typename Op::Input, aws::Reply<Op>)) {
        registry.add<Op>([&directory = parts_->directory, operation](const aws::RequestContext& context,
                                                                     typename Op::Input input,
                                                                     aws::Reply<Op> reply) {
            operation(directory, context, std::move(input), std::move(reply));
        });
    };
    add.operator()<api::iam::AttachRolePolicy>(attach_role_policy);
    add.operator()<api::iam::CreatePolicy>(create_policy);
    add.operator()<api::iam::CreateRole>(create_role);
    add.operator()<api::iam::DeletePolicy>(delete_policy);
    add.operator()<api::iam::DeleteRole>(delete_role);
    add.operator()<api::iam::DeleteRolePolicy>(delete_role_policy);
    add.operator()<api::iam::DetachRolePolicy>(detach_role_policy);
    add.operator()<api::iam::GetPolicy>(get_policy);
    add.operator()<api::iam::GetPolicyVersion>(get_policy_version);
    add.operator()<api::iam::GetRole>(get_role);
    add.operator()<api::iam::GetRolePolicy>(get_role_policy);
    add.operator()<api::iam::ListAttachedRolePolicies>(list_attached_role_policies);
    add.operator()<api::iam::ListInstanceProfilesForRole>(list_instance_profiles_for_role);
    add.operator()<api::iam::ListPolicies>(list_policies);
    add.operator()<api::iam::ListRolePolicies>(list_role_policies);
    add.operator()<api::iam::ListRoleTags>(list_role_tags);
    add.operator()<api::iam::ListRoles>(list_roles);
    add.operator()<api::iam::PutRolePolicy>(put_role_policy);
    add.operator()<api::iam::TagRole>(tag_role);
    add.operator()<api::iam::UntagRole>(untag_role);
    add.operator()<api::iam::UpdateAssumeRolePolicy>(update_assume_role_policy);
    add.operator()<api::iam::UpdateRole>(update_role);
    add.operator()<api::iam::AttachUserPolicy>(attach_user_policy);
    add.operator()<api::iam::CreateAccessKey>(create_access_key);
    add.operator()<api::iam::CreateUser>(create_user);
    add.operator()<api::iam::DeleteAccessKey>(delete_access_key);
    add.operator()<api::iam::DeleteUser>(delete_user);
    add.operator()<api::iam::DeleteUserPolicy>(delete_user_policy);
    add.operator()<api::iam::DetachUserPolicy>(detach_user_policy);
    add.operator()<api::iam::GetUser>(get_user);
    add.operator()<api::iam::GetUserPolicy>(get_user_policy);
    add.operator()<api::iam::ListAccessKeys>(list_access_keys);
    add.operator()<api::iam::ListAttachedUserPolicies>(list_attached_user_policies);
    add.operator()<api::iam::ListGroupsForUser>(list_groups_for_user);
    add.operator()<api::iam::ListUserPolicies>(list_user_policies);
    add.operator()<api::iam::ListUserTags>(list_user_tags);
    add.operator()<api::iam::ListUsers>(list_users);
    add.operator()<api::iam::PutUserPolicy>(put_user_policy);
    add.operator()<api::iam::TagUser>(tag_user);
    add.operator()<api::iam::UntagUser>(untag_user);
    add.operator()<api::iam::UpdateAccessKey>(update_access_key);
}

ports::ResourceProvider& Service::resource_provider() {
    return parts_->resources;
}

void Service::reset() {
    parts_->directory.reset();
}

}  // namespace millrace::iam
