#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::cloudformation {

enum class StackStatus : std::uint8_t {
    kReviewInProgress,
    kCreateInProgress,
    kCreateFailed,
    kCreateComplete,
    kRollbackInProgress,
    kRollbackFailed,
    kRollbackComplete,
    kDeleteInProgress,
    kDeleteFailed,
    kDeleteComplete,
    kUpdateInProgress,
    kUpdateCompleteCleanupInProgress,
    kUpdateComplete,
    kUpdateFailed,
    kUpdateRollbackInProgress,
    kUpdateRollbackFailed,
    kUpdateRollbackCompleteCleanupInProgress,
    kUpdateRollbackComplete,
};

enum class ResourceStatus : std::uint8_t {
    kCreateInProgress,
    kCreateFailed,
    kCreateComplete,
    kUpdateInProgress,
    kUpdateFailed,
    kUpdateComplete,
    kDeleteInProgress,
    kDeleteFailed,
    kDeleteComplete,
    kDeleteSkipped,
};

/// AWS's names: "CREATE_IN_PROGRESS".
[[nodiscard]] std::string_view to_string(StackStatus status);
[[nodiscard]] std::string_view to_string(ResourceStatus status);

/// A deployment is at work on the stack. A stack in review waits for a person instead.
[[nodiscard]] bool in_progress(StackStatus status);
/// Its service was asked for something, and the answer is not known.
[[nodiscard]] bool in_progress(ResourceStatus status);
/// UpdateStack is allowed.
[[nodiscard]] bool can_update(StackStatus status);
/// An operation failed with rollback disabled: the next one takes up what is left to do.
[[nodiscard]] bool stopped_midway(StackStatus status);

}  // namespace millrace::cloudformation
