#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void untag_role(Directory& directory, const aws::RequestContext& context, api::iam::UntagRoleRequest input,
                aws::Reply<api::iam::UntagRole> reply) {
    auto edit = [keys = std::move(input.tag_keys)](Role& role) -> aws::Outcome<void> {
        for (const std::string& key : keys) role.tags.erase(key);
        return {};
    };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
