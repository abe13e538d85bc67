#include "services/iam/errors.h"
#include "services/iam/ops/access_key_owner.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_access_keys(Directory& directory, const aws::RequestContext& context,
                      api::iam::ListAccessKeysRequest input, aws::Reply<api::iam::ListAccessKeys> reply) {
    auto owner = access_key_owner(directory, context, input.user_name);
    if (!owner) return reply(std::unexpected(std::move(owner.error())));
    const User* user = directory.find_user(context.scope.account, *owner);
    if (user == nullptr) return reply(std::unexpected(no_such_user(*owner)));
    api::iam::ListAccessKeysResponse output;
    const auto page = take_page(user->access_keys, input, [](const auto&) { return true; });
    for (const auto* entry : page.items) {
        const AccessKey& key = entry->second;
        output.access_key_metadata.push_back({.user_name = user->name,
                                              .access_key_id = key.id,
                                              .status = key.active ? "Active" : "Inactive",
                                              .create_date = key.created});
    }
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
