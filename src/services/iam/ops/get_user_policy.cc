#include "codec/uri.h"
#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void get_user_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::GetUserPolicyRequest input, aws::Reply<api::iam::GetUserPolicy> reply) {
    const User* user = directory.find_user(context.scope.account, input.user_name);
    if (user == nullptr) return reply(std::unexpected(no_such_user(input.user_name)));
    const auto policy = user->inline_policies.find(input.policy_name);
    if (policy == user->inline_policies.end())
        return reply(std::unexpected(no_such_user_policy(input.policy_name)));
    reply(api::iam::GetUserPolicyResponse{.user_name = user->name,
                                          .policy_name = policy->first,
                                          .policy_document = codec::percent_encode(policy->second)});
}

}  // namespace millrace::iam
