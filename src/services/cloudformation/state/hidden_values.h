#pragma once

#include <string>

#include "services/cloudformation/state/stack.h"

namespace millrace::cloudformation {

/// The JSON text with the values of the blueprint's NoEcho parameters made unreadable.
[[nodiscard]] std::string hide_values(std::string text, const Blueprint& blueprint);
/// Likewise the attributes of a resource that asked for it.
[[nodiscard]] std::string hide_values(std::string text, const StackResource& resource);
/// The same with the stack's blueprint and all its resources.
[[nodiscard]] std::string hide_values(std::string text, const Stack& stack);

}  // namespace millrace::cloudformation
