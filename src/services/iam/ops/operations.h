#pragma once

#include "api/iam.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/iam/directory.h"

namespace millrace::iam {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `directory` outlives the
// call. IAM knows no regions: only the account of the context counts. Behaviour follows the IAM API
// Reference.

template <class Op>
using Operation = aws::OperationOn<Directory, Op>;

Operation<api::iam::AttachRolePolicy> attach_role_policy;
Operation<api::iam::CreatePolicy> create_policy;
Operation<api::iam::CreateRole> create_role;
Operation<api::iam::DeletePolicy> delete_policy;
Operation<api::iam::DeleteRole> delete_role;
Operation<api::iam::DeleteRolePolicy> delete_role_policy;
Operation<api::iam::DetachRolePolicy> detach_role_policy;
Operation<api::iam::GetPolicy> get_policy;
Operation<api::iam::GetPolicyVersion> get_policy_version;
Operation<api::iam::GetRole> get_role;
Operation<api::iam::GetRolePolicy> get_role_policy;
Operation<api::iam::ListAttachedRolePolicies> list_attached_role_policies;
Operation<api::iam::ListInstanceProfilesForRole> list_instance_profiles_for_role;
Operation<api::iam::ListPolicies> list_policies;
Operation<api::iam::ListRolePolicies> list_role_policies;
Operation<api::iam::ListRoleTags> list_role_tags;
Operation<api::iam::ListRoles> list_roles;
Operation<api::iam::PutRolePolicy> put_role_policy;
Operation<api::iam::TagRole> tag_role;
Operation<api::iam::UntagRole> untag_role;
Operation<api::iam::UpdateAssumeRolePolicy> update_assume_role_policy;
Operation<api::iam::UpdateRole> update_role;

Operation<api::iam::AttachUserPolicy> attach_user_policy;
Operation<api::iam::CreateAccessKey> create_access_key;
Operation<api::iam::CreateUser> create_user;
Operation<api::iam::DeleteAccessKey> delete_access_key;
Operation<api::iam::DeleteUser> delete_user;
Operation<api::iam::DeleteUserPolicy> delete_user_policy;
Operation<api::iam::DetachUserPolicy> detach_user_policy;
Operation<api::iam::GetUser> get_user;
Operation<api::iam::GetUserPolicy> get_user_policy;
Operation<api::iam::ListAccessKeys> list_access_keys;
Operation<api::iam::ListAttachedUserPolicies> list_attached_user_policies;
Operation<api::iam::ListGroupsForUser> list_groups_for_user;
Operation<api::iam::ListUserPolicies> list_user_policies;
Operation<api::iam::ListUserTags> list_user_tags;
Operation<api::iam::ListUsers> list_users;
Operation<api::iam::PutUserPolicy> put_user_policy;
Operation<api::iam::TagUser> tag_user;
Operation<api::iam::UntagUser> untag_user;
Operation<api::iam::UpdateAccessKey> update_access_key;

}  // namespace millrace::iam
