#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_role_tags(Directory& directory, const aws::RequestContext& context,
                    api::iam::ListRoleTagsRequest input, aws::Reply<api::iam::ListRoleTags> reply) {
    const Role* role = directory.find_role(context.scope.account, input.role_name);
    if (role == nullptr) return reply(std::unexpected(no_such_role(input.role_name)));
    api::iam::ListRoleTagsResponse output;
    const auto page = take_page(role->tags, input, [](const auto&) { return true; });
    for (const auto* tag : page.items) output.tags.push_back({tag->first, tag->second});
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
