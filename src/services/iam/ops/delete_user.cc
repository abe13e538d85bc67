#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void delete_user(Directory& directory, const aws::RequestContext& context, api::iam::DeleteUserRequest input,
                 aws::Reply<api::iam::DeleteUser> reply) {
    directory.delete_user(
        context.scope.account, std::move(input.user_name),
        [](const User& user) { return check_unused(user); }, answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
