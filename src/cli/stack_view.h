#pragma once

#include "cli/console.h"
#include "cli/stack_events.h"
#include "codec/json.h"

namespace millrace::cli {

/// That the creation of a resource goes on, of which an event said that it begins.
[[nodiscard]] bool says_nothing_new(const codec::Json& event);

/// One line: time, status, type, logical id ("Nested.Queue" in a nested stack), and the reason if there is
/// one.
void show_event(Console& console, const StackPath& path, const codec::Json& event);

/// The stack's outputs as a table; nothing when it has none.
void show_outputs(Console& console, const codec::Json& stack);

/// Resources, by ListStackResources, as a table.
void show_resources(Console& console, const codec::JsonArray& resources);

}  // namespace millrace::cli
