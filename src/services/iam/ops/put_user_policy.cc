#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void put_user_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::PutUserPolicyRequest input, aws::Reply<api::iam::PutUserPolicy> reply) {
    auto edit = [name = std::move(input.policy_name), document = std::move(input.policy_document)](
                    User& user) { return put_inline_policy(user, name, document); };
    directory.edit_user(context.scope.account, std::move(input.user_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
