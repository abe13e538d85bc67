#pragma once

#include "services/cloudformation/deployment/phase.h"

namespace millrace::cloudformation {

// With rollback disabled, a stack stays where its operation failed or was cut off
// (docs/decisions/0042-what-an-operation-that-stays-has-left.md). The change, whose last event tells the
// stack's new status, gets what that means for the resources.

/// Of an update: what failed keeps its old record, so that the next update tries again, with the properties
/// that were attempted; what was being replaced is discarded where it was made.
void leave_failed_updates(const DeploymentContext& context, const Stack& stack, StackChange& change);

/// Of any operation that a crash cut off: the outcome of what is in progress is not known. What was made is
/// discarded.
void leave_unfinished(const DeploymentContext& context, const Stack& stack, StackChange& change);

}  // namespace millrace::cloudformation
