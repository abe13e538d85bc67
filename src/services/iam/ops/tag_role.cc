#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void tag_role(Directory& directory, const aws::RequestContext& context, api::iam::TagRoleRequest input,
              aws::Reply<api::iam::TagRole> reply) {
    auto edit = [tags = to_tags(input.tags)](Role& role) {
        for (const auto& [key, value] : tags) role.tags.insert_or_assign(key, value);
        return check_tags(role.tags);
    };
    directory.edit_role(context.scope.account, std::move(input.role_name), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
