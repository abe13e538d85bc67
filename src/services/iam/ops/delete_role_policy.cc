#include "services/iam/errors.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void delete_role_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DeleteRolePolicyRequest input,
                        aws::Reply<api::iam::DeleteRolePolicy> reply) {
    auto edit = [name = std::move(input.policy_name)](Role& role) -> aws::Outcome<void> {
        if (role.inline_policies.erase(name) == 0) return std::unexpected(no_such_inline_policy(name));
        return {};
    };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
