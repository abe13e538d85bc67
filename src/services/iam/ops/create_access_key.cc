#include "services/iam/entity_changes.h"
#include "services/iam/ops/access_key_owner.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void create_access_key(Directory& directory, const aws::RequestContext& context,
                       api::iam::CreateAccessKeyRequest input, aws::Reply<api::iam::CreateAccessKey> reply) {
    auto owner = access_key_owner(directory, context, input.user_name);
    if (!owner) return reply(std::unexpected(std::move(owner.error())));
    AccessKey key = make_access_key(directory);
    api::iam::CreateAccessKeyResponse output{.access_key = {.user_name = *owner,
                                                            .access_key_id = key.id,
                                                            .status = "Active",
                                                            .secret_access_key = key.secret,
                                                            .create_date = key.created}};
    auto edit = [key = std::move(key)](User& user) { return add_access_key(user, key); };
    directory.edit_user(context.scope.account, std::move(*owner), std::move(edit),
                        answer_with(std::move(reply), std::move(output)));
}

}  // namespace millrace::iam
