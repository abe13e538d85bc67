#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/ecr/dependencies.h"
#include "services/ecr/repository.h"
#include "storage/catalog/serial_changes.h"

namespace millrace::ecr {

/// The repositories of all accounts and regions, and the only way to change them. Home executor only.
class Repositories {
  public:
    using Answer = std::move_only_function<void(aws::Outcome<void>)>;
    using ByName = std::map<std::string, Repository, std::less<>>;
    using Edit = std::move_only_function<void(Repository&)>;

    explicit Repositories(Dependencies dependencies)
        : dependencies_(dependencies), changes_(dependencies.catalog, aws::to_service_error) {}

    /// Reads the catalog. Once, before anything else.
    Result<> load();

    [[nodiscard]] const Clock& clock() const { return dependencies_.clock; }
    [[nodiscard]] const ByName& of(const aws::Scope& scope) const;

    // RepositoryAlreadyExistsException and RepositoryNotFoundException come from here.
    void create(Repository repository, Answer answer);
    void edit(aws::Scope scope, std::string name, Edit edit, Answer answer);
    void remove(aws::Scope scope, std::string name, Answer answer);

    /// Forgets everything in memory; calls under way answer nothing more.
    void reset();

  private:
    using Changes = storage::SerialChanges<aws::ServiceError>;

    [[nodiscard]] Changes::Change put(Repository repository);

    Dependencies dependencies_;
    std::map<aws::Scope, ByName> repositories_;
    Changes changes_;
};

}  // namespace millrace::ecr
