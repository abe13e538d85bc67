#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

// Resource policies, of functions, versions, aliases and layer versions: kept and shown, nobody is refused by
// them.

/// {"Version":"2012-10-17","Id":"default","Statement":[...]}
[[nodiscard]] std::string policy_json(const Policy& policy);

/// Adds a statement to the newest policy under the key. `revision_id`: must be the policy's, if given.
/// Answers with the policy's new revision. Errors: ResourceConflictException, PreconditionFailedException,
/// PolicyLengthExceededException.
void add_statement(Core& core, RecordTable<Policy>& table, const std::string& key,
                   Policy::Statement statement, const std::optional<std::string>& revision_id,
                   std::move_only_function<void(aws::Outcome<std::string>)> done);

/// Errors: ResourceNotFoundException, PreconditionFailedException.
void remove_statement(Core& core, RecordTable<Policy>& table, const std::string& key, const std::string& sid,
                      const std::optional<std::string>& revision_id,
                      std::move_only_function<void(aws::Outcome<void>)> done);

}  // namespace millrace::lambda
