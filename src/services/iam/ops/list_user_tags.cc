#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_user_tags(Directory& directory, const aws::RequestContext& context,
                    api::iam::ListUserTagsRequest input, aws::Reply<api::iam::ListUserTags> reply) {
    const User* user = directory.find_user(context.scope.account, input.user_name);
    if (user == nullptr) return reply(std::unexpected(no_such_user(input.user_name)));
    api::iam::ListUserTagsResponse output;
    const auto page = take_page(user->tags, input, [](const auto&) { return true; });
    for (const auto* tag : page.items) output.tags.push_back({tag->first, tag->second});
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
