#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void tag_user(Directory& directory, const aws::RequestContext& context, api::iam::TagUserRequest input,
              aws::Reply<api::iam::TagUser> reply) {
    auto edit = [tags = to_tags(input.tags)](User& user) {
        for (const auto& [key, value] : tags) user.tags.insert_or_assign(key, value);
        return check_tags(user.tags);
    };
    directory.edit_user(context.scope.account, std::move(input.user_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
