#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void attach_role_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::AttachRolePolicyRequest input,
                        aws::Reply<api::iam::AttachRolePolicy> reply) {
    auto edit = [&directory, arn = std::move(input.policy_arn)](Role& role) {
        return attach(directory, role, arn);
    };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
