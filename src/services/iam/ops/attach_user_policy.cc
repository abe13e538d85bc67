#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void attach_user_policy(Directory& directory, const aws::RequestContext& context,
                        api::iam::AttachUserPolicyRequest input,
                        aws::Reply<api::iam::AttachUserPolicy> reply) {
    auto edit = [&directory, arn = std::move(input.policy_arn)](User& user) {
        return attach(directory, user, arn);
    };
    directory.edit_user(context.scope.account, std::move(input.user_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
