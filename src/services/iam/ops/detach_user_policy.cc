#include "services/iam/errors.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void detach_user_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DetachUserPolicyRequest input,
                        aws::Reply<api::iam::DetachUserPolicy> reply) {
    auto edit = [arn = std::move(input.policy_arn)](User& user) -> aws::Outcome<void> {
        if (user.attached.erase(arn) == 0) return std::unexpected(not_attached(arn));
        return {};
    };
    directory.edit_user(context.scope.account, std::move(input.user_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
