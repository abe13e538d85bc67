#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void delete_policy(Directory& directory, const aws::RequestContext& context,
                   api::iam::DeletePolicyRequest input, aws::Reply<api::iam::DeletePolicy> reply) {
    directory.delete_policy(context.scope.account, std::move(input.policy_arn),
                            answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
