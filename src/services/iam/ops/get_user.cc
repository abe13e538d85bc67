#include "services/iam/errors.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void get_user(Directory& directory, const aws::RequestContext& context, api::iam::GetUserRequest input,
              aws::Reply<api::iam::GetUser> reply) {
    const std::string& account = context.scope.account;
    if (input.user_name) {
        const User* user = directory.find_user(account, *input.user_name);
        if (user == nullptr) return reply(std::unexpected(no_such_user(*input.user_name)));
        return reply(api::iam::GetUserResponse{.user = describe(*user)});
    }
    // Without a name: who is asking.
    if (const User* owner = directory.find_key_owner(account, context.access_key))
        return reply(api::iam::GetUserResponse{.user = describe(*owner)});
    reply(std::unexpected(no_user_named()));
}

}  // namespace millrace::iam
