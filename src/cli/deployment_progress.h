#pragma once

#include <memory>
#include <string>

#include "cli/console.h"
#include "cli/stack_events.h"

namespace millrace::cli {

/// How an operation on a stack is shown to people while it goes on.
class DeploymentProgress {
  public:
    virtual ~DeploymentProgress() = default;
    virtual void tell(const StackPath& path, const codec::Json& event) = 0;
    /// The first cause of a failure: "Queue: the name is taken".
    virtual void blame(const std::string& /*cause*/) {}
    /// All that is known by now was told.
    virtual void pause() {}
};

/// A line for each event.
[[nodiscard]] std::unique_ptr<DeploymentProgress> make_event_lines(Console& console);

/// The tree of resources, drawn again and again in its place: nothing else may be written to the terminal
/// meanwhile. When destroyed it leaves the whole tree as it was last.
[[nodiscard]] std::unique_ptr<DeploymentProgress> make_live_tree(Console& console);

/// Whether the console can be drawn on.
[[nodiscard]] bool can_draw(const Console& console);

}  // namespace millrace::cli
