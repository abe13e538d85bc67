#pragma once

#include <functional>
#include <set>
#include <string>

#include "aws/error.h"
#include "services/cloudformation/drift/stack_drift.h"

namespace millrace::cloudformation {

class Stacks;

/// Looks at what the stack's resources are now and keeps what it finds. `wanted` are logical ids, empty for
/// all of the stack; `detection_id` is empty when it is not the whole stack that is asked about. Resources of
/// types that cannot be read are left out. Answers when what was found is durable.
void detect_drift(Stacks& stacks, const std::string& uuid, std::set<std::string> wanted,
                  std::string detection_id, std::move_only_function<void(aws::Outcome<void>)> done);

}  // namespace millrace::cloudformation
