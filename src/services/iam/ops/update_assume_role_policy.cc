#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void update_assume_role_policy(Directory& directory, const aws::RequestContext& context,
                               api::iam::UpdateAssumeRolePolicyRequest input,
                               aws::Reply<api::iam::UpdateAssumeRolePolicy> reply) {
    auto edit = [document = std::move(input.policy_document)](Role& role) {
        return set_trust_policy(role, document);
    };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
