#include "services/iam/errors.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void delete_user_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::DeleteUserPolicyRequest input,
                        aws::Reply<api::iam::DeleteUserPolicy> reply) {
    auto edit = [name = std::move(input.policy_name)](User& user) -> aws::Outcome<void> {
        if (user.inline_policies.erase(name) == 0) return std::unexpected(no_such_user_policy(name));
        return {};
    };
    directory.edit_user(context.scope.account, std::move(input.user_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
