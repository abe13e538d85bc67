#include "codec/uri.h"
#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void get_role_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::GetRolePolicyRequest input, aws::Reply<api::iam::GetRolePolicy> reply) {
    const Role* role = directory.find_role(context.scope.account, input.role_name);
    if (role == nullptr) return reply(std::unexpected(no_such_role(input.role_name)));
    const auto policy = role->inline_policies.find(input.policy_name);
    if (policy == role->inline_policies.end())
        return reply(std::unexpected(no_such_inline_policy(input.policy_name)));
    reply(api::iam::GetRolePolicyResponse{.role_name = role->name,
                                          .policy_name = policy->first,
                                          .policy_document = codec::percent_encode(policy->second)});
}

}  // namespace millrace::iam
