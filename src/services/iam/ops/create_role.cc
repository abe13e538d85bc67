#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void create_role(Directory& directory, const aws::RequestContext& context, api::iam::CreateRoleRequest input,
                 aws::Reply<api::iam::CreateRole> reply) {
    Role role{.account = context.scope.account,
              .name = std::move(input.role_name),
              .path = input.path.value_or("/"),
              .id = make_id("AROA", directory.random()),
              .created = directory.clock().now(),
              .description = input.description.value_or(""),
              .session_seconds_max = input.max_session_duration.value_or(kSessionSecondsDefault),
              .tags = to_tags(input.tags)};
    if (auto good = check_tags(role.tags); !good) return reply(std::unexpected(std::move(good.error())));
    if (auto good = set_trust_policy(role, std::move(input.assume_role_policy_document)); !good) {
        return reply(std::unexpected(std::move(good.error())));
    }
    if (input.permissions_boundary) {
        if (auto good = set_boundary(directory, role, *input.permissions_boundary); !good) {
            return reply(std::unexpected(std::move(good.error())));
        }
    }
    api::iam::CreateRoleResponse output{.role = describe(role)};
    directory.create_role(std::move(role), answer_with(std::move(reply), std::move(output)));
}

}  // namespace millrace::iam
