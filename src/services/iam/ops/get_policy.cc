#include "services/iam/errors.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void get_policy(Directory& directory, const aws::RequestContext& context, api::iam::GetPolicyRequest input,
                aws::Reply<api::iam::GetPolicy> reply) {
    const ManagedPolicy* policy = directory.find_policy(context.scope.account, input.policy_arn);
    if (policy == nullptr) return reply(std::unexpected(not_attached(input.policy_arn)));
    reply(api::iam::GetPolicyResponse{.policy = describe(directory, *policy)});
}

}  // namespace millrace::iam
