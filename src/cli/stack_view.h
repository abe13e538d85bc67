#pragma once

#include "cli/console.h"
#include "codec/json.h"

namespace millrace::cli {

/// One line: time, status, type, logical id, and the reason if there is one.
void show_event(Console& console, const codec::Json& event);

/// The stack's outputs as a table; nothing when it has none.
void show_outputs(Console& console, const codec::Json& stack);

/// Resources, by ListStackResources, as a table.
void show_resources(Console& console, const codec::JsonArray& resources);

}  // namespace millrace::cli
