#include "services/iam/errors.h"

#include <fmt/format.h>

#include "api/iam.h"

namespace millrace::iam {

using api::iam::no_such_entity_exception;

aws::ServiceError no_such_role(std::string_view name) {
    return no_such_entity_exception(fmt::format("The role with name {} cannot be found.", name));
}

aws::ServiceError no_such_user(std::string_view name) {
    return no_such_entity_exception(fmt::format("The user with name {} cannot be found.", name));
}

aws::ServiceError no_user_named() {
    return {.code = "ValidationError",
            .message = "Must specify userName when calling with non-User credentials"};
}

aws::ServiceError no_such_user_policy(std::string_view name) {
    return no_such_entity_exception(fmt::format("The user policy with name {} cannot be found.", name));
}

aws::ServiceError no_such_access_key(std::string_view id) {
    return no_such_entity_exception(fmt::format("The Access Key with id {} cannot be found.", id));
}

aws::ServiceError no_such_inline_policy(std::string_view name) {
    return no_such_entity_exception(fmt::format("The role policy with name {} cannot be found.", name));
}

aws::ServiceError no_such_policy(std::string_view arn) {
    return no_such_entity_exception(fmt::format("Policy {} does not exist or is not attachable.", arn));
}

aws::ServiceError not_attached(std::string_view arn) {
    return no_such_entity_exception(fmt::format("Policy {} was not found.", arn));
}

}  // namespace millrace::iam
