#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/cloudformation.h"
#include "services/cloudformation/state/stack.h"
#include "services/cloudformation/template/capabilities.h"

namespace millrace::cloudformation {

// How stacks look on the wire, where several operations show the same.

/// Nothing for an empty text: AWS leaves such members out.
[[nodiscard]] std::optional<std::string> unless_empty(const std::string& text);
template <class Item>
[[nodiscard]] std::optional<std::vector<Item>> unless_empty(std::vector<Item> list) {
    return list.empty() ? std::nullopt : std::optional(std::move(list));
}

/// With NoEcho values masked.
[[nodiscard]] std::vector<api::cloudformation::Parameter> describe_parameters(const Blueprint& blueprint);
[[nodiscard]] std::vector<api::cloudformation::Tag> describe_tags(const Blueprint& blueprint);

/// What the template's author must acknowledge; AWS leaves the members out when that is nothing.
template <class Output>
void describe_capabilities(RequiredCapabilities required, Output& output) {
    if (required.capabilities.empty()) return;
    output.capabilities = std::move(required.capabilities);
    output.capabilities_reason = std::move(required.reason);
}

/// Newest first.
[[nodiscard]] std::vector<const ChangeSet*> change_sets_of(const Stack& stack);

}  // namespace millrace::cloudformation
