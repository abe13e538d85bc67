#pragma once

#include "api/cloudformation.h"
#include "services/cloudformation/state/stack.h"

namespace millrace::cloudformation {

/// A planned change as DescribeChangeSet shows it.
[[nodiscard]] api::cloudformation::Change describe_change(const PlannedChange& change);

/// Adds the properties' values before and after, with NoEcho values masked. `valued` is the same change with
/// them, `before` the blueprint of what is deployed.
void add_values(api::cloudformation::Change& shown, const PlannedChange& valued, const Blueprint& before,
                const Blueprint& after);

}  // namespace millrace::cloudformation
