#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void update_role(Directory& directory, const aws::RequestContext& context, api::iam::UpdateRoleRequest input,
                 aws::Reply<api::iam::UpdateRole> reply) {
    auto edit = [description = std::move(input.description),
                 seconds = input.max_session_duration](Role& role) -> aws::Outcome<void> {
        if (description) role.description = *description;
        if (seconds) role.session_seconds_max = *seconds;
        return {};
    };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
