#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_roles(Directory& directory, const aws::RequestContext& context, api::iam::ListRolesRequest input,
                aws::Reply<api::iam::ListRoles> reply) {
    const std::string prefix = input.path_prefix.value_or("/");
    api::iam::ListRolesResponse output;
    const auto page = take_page(directory.roles(context.scope.account), input,
                                [&](const auto& entry) { return entry.second.path.starts_with(prefix); });
    for (const auto* entry : page.items) {
        // Listings leave out what GetRole tells of tags and boundary.
        api::iam::Role role = describe(entry->second);
        role.tags.reset();
        role.permissions_boundary.reset();
        output.roles.push_back(std::move(role));
    }
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
