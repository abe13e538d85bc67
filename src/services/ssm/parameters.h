#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "services/ssm/dependencies.h"
#include "services/ssm/parameter.h"
#include "storage/catalog/serial_changes.h"

namespace millrace::ssm {

/// The parameters of all accounts and regions, and the only way to change them: each change is decided on
/// settled state, committed, then applied, one after another. Home executor only.
class Parameters {
  public:
    using Answer = std::move_only_function<void(aws::Outcome<void>)>;
    using ByName = std::map<std::string, Parameter, std::less<>>;
    /// Gets a copy, and may refuse.
    using Edit = std::move_only_function<aws::Outcome<void>(Parameter&)>;

    explicit Parameters(Dependencies dependencies)
        : dependencies_(dependencies), changes_(dependencies.catalog, aws::to_service_error) {}

    /// Reads the catalog. Once, before anything else.
    Result<> load();

    [[nodiscard]] const Clock& clock() const { return dependencies_.clock; }
    [[nodiscard]] const ByName& of(const aws::Scope& scope) const;
    /// nullptr when there is none.
    [[nodiscard]] const Parameter* find(const aws::Scope& scope, std::string_view name) const;

    /// ParameterAlreadyExists and ParameterLimitExceeded come from here.
    void create(Parameter parameter, Answer answer);
    /// Makes a new version of one that is there; ParameterNotFound otherwise.
    void replace(aws::Scope scope, std::string name, Edit edit, Answer answer);
    /// Changes what belongs to no version: the tags.
    void edit(aws::Scope scope, std::string name, Edit edit, Answer answer);
    /// Those of the names that are there; ParameterNotFound when none is.
    void remove(aws::Scope scope, std::vector<std::string> names, Answer answer);

    /// Forgets everything in memory; calls under way answer nothing more.
    void reset();

  private:
    using Changes = storage::SerialChanges<aws::ServiceError>;

    [[nodiscard]] Changes::Change put(Parameter parameter);

    Dependencies dependencies_;
    std::map<aws::Scope, ByName> parameters_;
    Changes changes_;
};

}  // namespace millrace::ssm
