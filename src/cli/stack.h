#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/api.h"
#include "cli/deployment_progress.h"
#include "cli/stack_events.h"

namespace millrace::cli {

/// As DescribeStacks has it, lists that are empty included. The error's code is ValidationError when there is
/// none of that name.
[[nodiscard]] Answer<codec::Json> describe_stack(Api& api, std::string_view name_or_id);

/// As ListStacks has them, all pages; without those that were deleted.
[[nodiscard]] Answer<codec::JsonArray> list_stacks(Api& api);

/// describe_stack() for a name that somebody typed: when there is none, the error says what could be meant.
[[nodiscard]] Answer<codec::Json> find_stack(Api& api, const std::string& name_or_id);

/// Whether the error says that there is no such stack.
[[nodiscard]] bool is_missing_stack(const ApiError& error);

/// As ListStackResources has them, all pages.
[[nodiscard]] Answer<codec::JsonArray> list_resources(Api& api, std::string_view name_or_id);

/// Tells the stack's events, newest first, until `visit` returns false. A stack that is deleted has them by
/// its id.
[[nodiscard]] Answer<void> visit_events(Api& api, std::string_view name_or_id,
                                        const std::function<bool(const codec::Json& event)>& visit);

/// Follows an operation on a stack by its events.
class StackWatch {
  public:
    /// Events that are there already are not told.
    static Answer<StackWatch> from_now(Api& api, std::string_view name_or_id);
    /// For a stack that did not exist before.
    static StackWatch from_start(Api& api) { return StackWatch(api); }

    /// Tells the events as they come until the stack's status is final; returns the stack. With nobody to
    /// tell nested stacks are not followed.
    [[nodiscard]] Answer<codec::Json> follow(std::string_view stack_id, DeploymentProgress* progress);
    /// Why it failed: the first event that says so, "Queue: the name is taken", in a nested stack
    /// "Nested.Queue: the name is taken". Where no resource failed, what the stack itself says; else empty.
    [[nodiscard]] const std::string& first_failure() const {
        return first_failure_.empty() ? stack_reason_ : first_failure_;
    }

  private:
    explicit StackWatch(Api& api) : api_(&api), events_(api) {}
    Answer<bool> tell_new(std::string_view stack_id, DeploymentProgress* progress);

    Api* api_;
    StackEvents events_;
    std::string first_failure_;
    std::string stack_reason_;
};

}  // namespace millrace::cli
