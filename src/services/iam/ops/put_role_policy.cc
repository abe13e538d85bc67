#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void put_role_policy(Directory& directory, const aws::RequestContext& context,
                     api::iam::PutRolePolicyRequest input, aws::Reply<api::iam::PutRolePolicy> reply) {
    auto edit = [name = std::move(input.policy_name), document = std::move(input.policy_document)](
                    Role& role) { return put_inline_policy(role, name, document); };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
