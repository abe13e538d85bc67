#include "services/cloudformation/state/status.h"

#include <algorithm>
#include <iterator>

namespace millrace::cloudformation {

namespace {

// In the order of the enumerators.
constexpr std::string_view kStackStatuses[] = {
    "REVIEW_IN_PROGRESS",
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "DELETE_COMPLETE",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
};
static_assert(std::size(kStackStatuses) ==
              static_cast<std::size_t>(StackStatus::kUpdateRollbackComplete) + 1);

constexpr std::string_view kResourceStatuses[] = {
    "CREATE_IN_PROGRESS", "CREATE_FAILED",      "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_FAILED",
    "UPDATE_COMPLETE",    "DELETE_IN_PROGRESS", "DELETE_FAILED",   "DELETE_COMPLETE",    "DELETE_SKIPPED",
};
static_assert(std::size(kResourceStatuses) == static_cast<std::size_t>(ResourceStatus::kDeleteSkipped) + 1);

}  // namespace

std::string_view to_string(StackStatus status) {
    return kStackStatuses[static_cast<std::size_t>(status)];
}
std::string_view to_string(ResourceStatus status) {
    return kResourceStatuses[static_cast<std::size_t>(status)];
}

bool in_progress(StackStatus status) {
    return status != StackStatus::kReviewInProgress && to_string(status).ends_with("_IN_PROGRESS");
}

bool in_progress(ResourceStatus status) {
    return to_string(status).ends_with("_IN_PROGRESS");
}

bool can_update(StackStatus status) {
    return status == StackStatus::kCreateComplete || status == StackStatus::kUpdateComplete ||
           status == StackStatus::kUpdateRollbackComplete || stopped_midway(status);
}

bool stopped_midway(StackStatus status) {
    return status == StackStatus::kCreateFailed || status == StackStatus::kUpdateFailed;
}

}  // namespace millrace::cloudformation
