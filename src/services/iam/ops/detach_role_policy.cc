#include "services/iam/errors.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void detach_role_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DetachRolePolicyRequest input,
                        aws::Reply<api::iam::DetachRolePolicy> reply) {
    auto edit = [arn = std::move(input.policy_arn)](Role& role) -> aws::Outcome<void> {
        if (role.attached.erase(arn) == 0) return std::unexpected(not_attached(arn));
        return {};
    };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
