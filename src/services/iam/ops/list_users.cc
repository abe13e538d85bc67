#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_users(Directory& directory, const aws::RequestContext& context, api::iam::ListUsersRequest input,
                aws::Reply<api::iam::ListUsers> reply) {
    const std::string prefix = input.path_prefix.value_or("/");
    api::iam::ListUsersResponse output;
    const auto page = take_page(directory.users(context.scope.account), input,
                                [&](const auto& entry) { return entry.second.path.starts_with(prefix); });
    for (const auto* entry : page.items) {
        // Listings leave out what GetUser tells of tags and boundary.
        api::iam::User user = describe(entry->second);
        user.tags.reset();
        user.permissions_boundary.reset();
        output.users.push_back(std::move(user));
    }
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
