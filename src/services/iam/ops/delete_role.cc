#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void delete_role(Directory& directory, const aws::RequestContext& context, api::iam::DeleteRoleRequest input,
                 aws::Reply<api::iam::DeleteRole> reply) {
    directory.delete_role(
        context.scope.account, std::move(input.role_name),
        [](const Role& role) { return check_unused(role); }, answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
