#pragma once

#include <string>

#include "services/cloudformation/state/stack.h"

namespace millrace::cloudformation {

/// The JSON text with the values of the blueprint's NoEcho parameters made unreadable.
[[nodiscard]] std::string hide_values(std::string text, const Blueprint& blueprint);

}  // namespace millrace::cloudformation
