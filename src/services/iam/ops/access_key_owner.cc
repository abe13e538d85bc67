#include "services/iam/ops/access_key_owner.h"

#include "services/iam/errors.h"

namespace millrace::iam {

aws::Outcome<std::string> access_key_owner(const Directory& directory, const aws::RequestContext& context,
                                           const std::optional<std::string>& named) {
    if (named) return *named;
    const User* owner = directory.find_key_owner(context.scope.account, context.access_key);
    if (owner != nullptr) return owner->name;
    return std::unexpected(no_user_named());
}

}  // namespace millrace::iam
