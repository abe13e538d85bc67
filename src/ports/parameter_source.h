#pragma once

#include <optional>
#include <string>

#include "aws/context.h"

namespace millrace::ports {

/// A parameter of Systems Manager as templates look it up.
struct StoredParameter {
    std::string value;
    bool is_list = false;  ///< a StringList: items with commas between
};

/// What services/ssm offers to templates. Threads: the home executor.
class ParameterSource {
  public:
    virtual ~ParameterSource() = default;

    /// By name or ARN, with a version behind a colon where one is wanted; nullopt when there is none.
    [[nodiscard]] virtual std::optional<StoredParameter> find(const aws::Scope& scope,
                                                              const std::string& name) const = 0;
};

}  // namespace millrace::ports
