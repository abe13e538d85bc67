#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void untag_user(Directory& directory, const aws::RequestContext& context, api::iam::UntagUserRequest input,
                aws::Reply<api::iam::UntagUser> reply) {
    auto edit = [keys = std::move(input.tag_keys)](User& user) -> aws::Outcome<void> {
        for (const std::string& key : keys) user.tags.erase(key);
        return {};
    };
    directory.edit_user(context.scope.account, std::move(input.user_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
