#include "services/iam/errors.h"
#include "services/iam/ops/access_key_owner.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void update_access_key(Directory& directory, const aws::RequestContext& context,
                       api::iam::UpdateAccessKeyRequest input, aws::Reply<api::iam::UpdateAccessKey> reply) {
    if (input.status == "Expired") {
        return reply(std::unexpected(aws::ServiceError{
            "ValidationError", "Status must be Active or Inactive, which a key can be set to"}));
    }
    auto owner = access_key_owner(directory, context, input.user_name);
    if (!owner) return reply(std::unexpected(std::move(owner.error())));
    auto edit = [id = std::move(input.access_key_id),
                 active = input.status == "Active"](User& user) -> aws::Outcome<void> {
        const auto key = user.access_keys.find(id);
        if (key == user.access_keys.end()) return std::unexpected(no_such_access_key(id));
        key->second.active = active;
        return {};
    };
    directory.edit_user(context.scope.account, std::move(*owner), std::move(edit),
                        answer_with(std::move(reply), {}));
}

}  // namespace millrace::iam
