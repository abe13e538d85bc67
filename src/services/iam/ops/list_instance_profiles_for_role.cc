#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void list_instance_profiles_for_role(Directory& directory, const aws::RequestContext& context,
                                     api::iam::ListInstanceProfilesForRoleRequest input,
                                     aws::Reply<api::iam::ListInstanceProfilesForRole> reply) {
    const Role* role = directory.find_role(context.scope.account, input.role_name);
    if (role == nullptr) return reply(std::unexpected(no_such_role(input.role_name)));
    // There are no instances here, and so no profiles.
    reply(api::iam::ListInstanceProfilesForRoleResponse{.is_truncated = false});
}

}  // namespace millrace::iam
