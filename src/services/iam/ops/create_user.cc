#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void create_user(Directory& directory, const aws::RequestContext& context, api::iam::CreateUserRequest input,
                 aws::Reply<api::iam::CreateUser> reply) {
    User user{.account = context.scope.account,
              .name = std::move(input.user_name),
              .path = input.path.value_or("/"),
              .id = make_id("AIDA", directory.random()),
              .created = directory.clock().now(),
              .tags = to_tags(input.tags)};
    if (auto good = check_tags(user.tags); !good) return reply(std::unexpected(std::move(good.error())));
    if (input.permissions_boundary) {
        if (auto good = set_boundary(directory, user, *input.permissions_boundary); !good) {
            return reply(std::unexpected(std::move(good.error())));
        }
    }
    api::iam::CreateUserResponse output{.user = describe(user)};
    directory.create_user(std::move(user), answer_with(std::move(reply), std::move(output)));
}

}  // namespace millrace::iam
