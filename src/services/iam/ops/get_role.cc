#include "services/iam/errors.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void get_role(Directory& directory, const aws::RequestContext& context, api::iam::GetRoleRequest input,
              aws::Reply<api::iam::GetRole> reply) {
    const Role* role = directory.find_role(context.scope.account, input.role_name);
    if (role == nullptr) return reply(std::unexpected(no_such_role(input.role_name)));
    reply(api::iam::GetRoleResponse{.role = describe(*role)});
}

}  // namespace millrace::iam
