#include "services/ecr/repositories.h"

#include <utility>

#include "services/ecr/errors.h"

namespace millrace::ecr {

Result<> Repositories::load() {
    for (const auto& [key, value] : dependencies_.catalog.list(kRepositoryPrefix)) {
        auto repository = parse_repository(key, value);
        if (!repository) return std::unexpected(std::move(repository.error()));
        repositories_[repository->scope].emplace(repository->name, *repository);
    }
    return {};
}

const Repositories::ByName& Repositories::of(const aws::Scope& scope) const {
    static const ByName none;
    const auto found = repositories_.find(scope);
    return found == repositories_.end() ? none : found->second;
}

Repositories::Changes::Change Repositories::put(Repository repository) {
    storage::CatalogChange catalog{
        .puts = {{catalog_key(repository.scope, repository.name), to_catalog_value(repository)}}};
    return {std::move(catalog), [this, repository = std::move(repository)] {
                repositories_[repository.scope].insert_or_assign(repository.name, repository);
            }};
}

void Repositories::create(Repository repository, Answer answer) {
    changes_.run(
        [this, repository = std::move(repository)]() mutable -> aws::Outcome<Changes::Change> {
            if (of(repository.scope).contains(repository.name))
                return std::unexpected(repository_exists(repository.scope, repository.name));
            return put(std::move(repository));
        },
        std::move(answer));
}

void Repositories::edit(aws::Scope scope, std::string name, Edit edit, Answer answer) {
    changes_.run(
        [this, scope = std::move(scope), name = std::move(name),
         edit = std::move(edit)]() mutable -> aws::Outcome<Changes::Change> {
            const auto found = of(scope).find(name);
            if (found == of(scope).end()) return std::unexpected(repository_not_found(scope, name));
            Repository edited = found->second;
            edit(edited);
            return put(std::move(edited));
        },
        std::move(answer));
}

void Repositories::remove(aws::Scope scope, std::string name, Answer answer) {
    changes_.run(
        [this, scope = std::move(scope), name = std::move(name)]() -> aws::Outcome<Changes::Change> {
            if (!of(scope).contains(name)) return std::unexpected(repository_not_found(scope, name));
            storage::CatalogChange catalog{.erases = {catalog_key(scope, name)}};
            return Changes::Change{std::move(catalog),
                                   [this, scope, name] { repositories_[scope].erase(name); }};
        },
        std::move(answer));
}

void Repositories::reset() {
    repositories_.clear();
    changes_.clear();
}

}  // namespace millrace::ecr
