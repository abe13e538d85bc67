#include "cli/failure_cause.h"

#include <optional>

#include "cli/stack.h"
#include "cli/stack_events.h"

namespace millrace::cli {
namespace {

using codec::Json;

constexpr std::string_view kFailed = "_FAILED";

bool is_of_nested_stack(const Json& event) {
    return text_at(event, "ResourceType") == "AWS::CloudFormation::Stack" && !is_of_stack_itself(event) &&
           !text_at(event, "PhysicalResourceId").empty();
}

/// What is given up because something else failed is no cause.
bool is_cancelled(const Json& event) {
    return text_at(event, "ResourceStatusReason").ends_with("cancelled");
}

/// The first failure of the operation that the event of a nested stack ends. Nothing also when its events
/// cannot be read: then the reason of the event itself has to do.
std::optional<Json> first_failure_within(Api& api, const Json& nested) {
    std::string status = text_at(nested, "ResourceStatus");
    const std::string begun = status.substr(0, status.size() - kFailed.size()) + "_IN_PROGRESS";
    std::optional<Json> first;
    const auto read = visit_events(api, text_at(nested, "PhysicalResourceId"), [&](const Json& event) {
        if (is_of_stack_itself(event)) return text_at(event, "ResourceStatus") != begun;
        if (is_failure(event) && !is_cancelled(event)) first = event;
        return true;
    });
    return read ? first : std::nullopt;
}

}  // namespace

bool is_failure(const Json& event) {
    return text_at(event, "ResourceStatus").ends_with(kFailed) &&
           !text_at(event, "ResourceStatusReason").empty();
}

std::string failure_cause(Api& api, const Json& event) {
    const std::string name = text_at(event, "LogicalResourceId");
    if (is_of_nested_stack(event)) {
        if (const auto within = first_failure_within(api, event))
            return name + "." + failure_cause(api, *within);
    }
    return name + ": " + text_at(event, "ResourceStatusReason");
}

}  // namespace millrace::cli
