#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"
#include "services/iam/role_changes.h"

namespace millrace::iam {

void delete_role(Directory& directory, const aws::RequestContext& context, api::iam::DeleteRoleRequest input,
                 aws::Reply<api::iam::DeleteRole> reply) {
    directory.delete_role(context.scope.account, std::move(input.role_name), check_unused,
                          answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
