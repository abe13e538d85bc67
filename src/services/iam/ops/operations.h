#pragma once

#include "api/iam.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/iam/directory.h"

namespace millrace::iam {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `directory` outlives the
// call. IAM knows no regions: only the account of the context counts. Behaviour follows the IAM API
// Reference.

void attach_role_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::AttachRolePolicyRequest input,
                        aws::Reply<api::iam::AttachRolePolicy> reply);
void create_policy(Directory& directory, const aws::RequestContext& context,
                   api::iam::CreatePolicyRequest input, aws::Reply<api::iam::CreatePolicy> reply);
void create_role(Directory& directory, const aws::RequestContext& context, api::iam::CreateRoleRequest input,
                 aws::Reply<api::iam::CreateRole> reply);
void delete_policy(Directory& directory, const aws::RequestContext& context,
                   api::iam::DeletePolicyRequest input, aws::Reply<api::iam::DeletePolicy> reply);
void delete_role(Directory& directory, const aws::RequestContext& context, api::iam::DeleteRoleRequest input,
                 aws::Reply<api::iam::DeleteRole> reply);
void delete_role_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DeleteRolePolicyRequest input,
                        aws::Reply<api::iam::DeleteRolePolicy> reply);
void detach_role_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DetachRolePolicyRequest input,
                        aws::Reply<api::iam::DetachRolePolicy> reply);
void get_policy(Directory& directory, const aws::RequestContext& context, api::iam::GetPolicyRequest input,
                aws::Reply<api::iam::GetPolicy> reply);
void get_policy_version(Directory& directory, const aws::RequestContext& context,
                        api::iam::GetPolicyVersionRequest input,
                        aws::Reply<api::iam::GetPolicyVersion> reply);
void get_role(Directory& directory, const aws::RequestContext& context, api::iam::GetRoleRequest input,
              aws::Reply<api::iam::GetRole> reply);
void get_role_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::GetRolePolicyRequest input, aws::Reply<api::iam::GetRolePolicy> reply);
void list_attached_role_policies(Directory& directory, const aws::RequestContext& context,
                                 api::iam::ListAttachedRolePoliciesRequest input,
                                 aws::Reply<api::iam::ListAttachedRolePolicies> reply);
void list_instance_profiles_for_role(Directory& directory, const aws::RequestContext& context,
                                     api::iam::ListInstanceProfilesForRoleRequest input,
                                     aws::Reply<api::iam::ListInstanceProfilesForRole> reply);
void list_policies(Directory& directory, const aws::RequestContext& context,
                   api::iam::ListPoliciesRequest input, aws::Reply<api::iam::ListPolicies> reply);
void list_role_policies(Directory& directory, const aws::RequestContext& context,
                        api::iam::ListRolePoliciesRequest input,
                        aws::Reply<api::iam::ListRolePolicies> reply);
void list_role_tags(Directory& directory, const aws::RequestContext& context,
                    api::iam::ListRoleTagsRequest input, aws::Reply<api::iam::ListRoleTags> reply);
void list_roles(Directory& directory, const aws::RequestContext& context, api::iam::ListRolesRequest input,
                aws::Reply<api::iam::ListRoles> reply);
void put_role_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::PutRolePolicyRequest input, aws::Reply<api::iam::PutRolePolicy> reply);
void tag_role(Directory& directory, const aws::RequestContext& context, api::iam::TagRoleRequest input,
              aws::Reply<api::iam::TagRole> reply);
void untag_role(Directory& directory, const aws::RequestContext& context, api::iam::UntagRoleRequest input,
                aws::Reply<api::iam::UntagRole> reply);
void update_assume_role_policy(Directory& directory, const aws::RequestContext& context,
                               api::iam::UpdateAssumeRolePolicyRequest input,
                               aws::Reply<api::iam::UpdateAssumeRolePolicy> reply);
void update_role(Directory& directory, const aws::RequestContext& context, api::iam::UpdateRoleRequest input,
                 aws::Reply<api::iam::UpdateRole> reply);

void attach_user_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::AttachUserPolicyRequest input,
                        aws::Reply<api::iam::AttachUserPolicy> reply);
void create_access_key(Directory& directory, const aws::RequestContext& context,
                       api::iam::CreateAccessKeyRequest input, aws::Reply<api::iam::CreateAccessKey> reply);
void create_user(Directory& directory, const aws::RequestContext& context, api::iam::CreateUserRequest input,
                 aws::Reply<api::iam::CreateUser> reply);
void delete_access_key(Directory& directory, const aws::RequestContext& context,
                       api::iam::DeleteAccessKeyRequest input, aws::Reply<api::iam::DeleteAccessKey> reply);
void delete_user(Directory& directory, const aws::RequestContext& context, api::iam::DeleteUserRequest input,
                 aws::Reply<api::iam::DeleteUser> reply);
void delete_user_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DeleteUserPolicyRequest input,
                        aws::Reply<api::iam::DeleteUserPolicy> reply);
void detach_user_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DetachUserPolicyRequest input,
                        aws::Reply<api::iam::DetachUserPolicy> reply);
void get_user(Directory& directory, const aws::RequestContext& context, api::iam::GetUserRequest input,
              aws::Reply<api::iam::GetUser> reply);
void get_user_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::GetUserPolicyRequest input, aws::Reply<api::iam::GetUserPolicy> reply);
void list_access_keys(Directory& directory, const aws::RequestContext& context,
                      api::iam::ListAccessKeysRequest input, aws::Reply<api::iam::ListAccessKeys> reply);
void list_attached_user_policies(Directory& directory, const aws::RequestContext& context,
                                 api::iam::ListAttachedUserPoliciesRequest input,
                                 aws::Reply<api::iam::ListAttachedUserPolicies> reply);
void list_groups_for_user(Directory& directory, const aws::RequestContext& context,
                          api::iam::ListGroupsForUserRequest input,
                          aws::Reply<api::iam::ListGroupsForUser> reply);
void list_user_policies(Directory& directory, const aws::RequestContext& context,
                        api::iam::ListUserPoliciesRequest input,
                        aws::Reply<api::iam::ListUserPolicies> reply);
void list_user_tags(Directory& directory, const aws::RequestContext& context,
                    api::iam::ListUserTagsRequest input, aws::Reply<api::iam::ListUserTags> reply);
void list_users(Directory& directory, const aws::RequestContext& context, api::iam::ListUsersRequest input,
                aws::Reply<api::iam::ListUsers> reply);
void put_user_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::PutUserPolicyRequest input, aws::Reply<api::iam::PutUserPolicy> reply);
void tag_user(Directory& directory, const aws::RequestContext& context, api::iam::TagUserRequest input,
              aws::Reply<api::iam::TagUser> reply);
void untag_user(Directory& directory, const aws::RequestContext& context, api::iam::UntagUserRequest input,
                aws::Reply<api::iam::UntagUser> reply);
void update_access_key(Directory& directory, const aws::RequestContext& context,
                       api::iam::UpdateAccessKeyRequest input, aws::Reply<api::iam::UpdateAccessKey> reply);

}  // namespace millrace::iam
