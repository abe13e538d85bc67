#include "services/ecr/errors.h"
#include "services/ecr/ops/operations.h"

namespace millrace::ecr {
namespace {

constexpr std::int32_t kPageDefault = 100;

api::ecr::Repository describe(const Repository& repository) {
    api::ecr::Repository shown;
    shown.repository_arn = repository.arn();
    shown.registry_id = repository.scope.account;
    shown.repository_name = repository.name;
    shown.repository_uri = repository.uri();
    shown.created_at = repository.created;
    shown.image_tag_mutability = repository.tag_mutability;
    shown.image_scanning_configuration.emplace().scan_on_push = repository.scan_on_push;
    shown.encryption_configuration.emplace().encryption_type = repository.encryption;
    return shown;
}

}  // namespace

aws::Outcome<api::ecr::DescribeRepositoriesResponse> describe_repositories(
    const Repositories& repositories, const aws::RequestContext& context,
    const api::ecr::DescribeRepositoriesRequest& input) {
    const aws::Scope scope{input.registry_id.value_or(context.scope.account), context.scope.region};
    const Repositories::ByName& all = repositories.of(scope);
    api::ecr::DescribeRepositoriesResponse output;
    output.repositories.emplace();
    if (input.repository_names) {
        for (const std::string& name : *input.repository_names) {
            const auto found = all.find(name);
            if (found == all.end()) return std::unexpected(repository_not_found(scope, name));
            output.repositories->push_back(describe(found->second));
        }
        return output;
    }
    const auto limit = static_cast<std::size_t>(input.max_results.value_or(kPageDefault));
    // The token is the name of the last one shown.
    for (auto at = input.next_token ? all.upper_bound(*input.next_token) : all.begin(); at != all.end();
         ++at) {
        if (output.repositories->size() == limit) {
            output.next_token = output.repositories->back().repository_name;
            break;
        }
        output.repositories->push_back(describe(at->second));
    }
    return output;
}

}  // namespace millrace::ecr
