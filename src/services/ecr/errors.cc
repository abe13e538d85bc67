#include "services/ecr/errors.h"

#include <fmt/format.h>

#include "api/ecr.h"

namespace millrace::ecr {

aws::ServiceError repository_not_found(const aws::Scope& scope, std::string_view name) {
    return api::ecr::repository_not_found_exception(fmt::format(
        "The repository with name '{}' does not exist in the registry with id '{}'", name, scope.account));
}

aws::ServiceError repository_exists(const aws::Scope& scope, std::string_view name) {
    return {
        .code = "RepositoryAlreadyExistsException",
        .message = fmt::format("The repository with name '{}' already exists in the registry with id '{}'",
                               name, scope.account)};
}

}  // namespace millrace::ecr
