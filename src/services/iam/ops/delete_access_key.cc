#include "services/iam/errors.h"
#include "services/iam/ops/access_key_owner.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void delete_access_key(Directory& directory, const aws::RequestContext& context,
                       api::iam::DeleteAccessKeyRequest input, aws::Reply<api::iam::DeleteAccessKey> reply) {
    auto owner = access_key_owner(directory, context, input.user_name);
    if (!owner) return reply(std::unexpected(std::move(owner.error())));
    auto edit = [id = std::move(input.access_key_id)](User& user) -> aws::Outcome<void> {
        if (user.access_keys.erase(id) == 0) return std::unexpected(no_such_access_key(id));
        return {};
    };
    directory.edit_user(context.scope.account, std::move(*owner), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
