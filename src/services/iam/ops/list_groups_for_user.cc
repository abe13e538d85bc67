#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void list_groups_for_user(Directory& directory, const aws::RequestContext& context,
                          api::iam::ListGroupsForUserRequest input,
                          aws::Reply<api::iam::ListGroupsForUser> reply) {
    const User* user = directory.find_user(context.scope.account, input.user_name);
    if (user == nullptr) return reply(std::unexpected(no_such_user(input.user_name)));
    // There are no groups here.
    reply(api::iam::ListGroupsForUserResponse{.is_truncated = false});
}

}  // namespace millrace::iam
