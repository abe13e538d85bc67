#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/stack_events.h"

namespace millrace::cli {

/// The resources of a stack, those of nested stacks below these, each with what its last event said.
class ResourceTree {
  public:
    ResourceTree();
    ~ResourceTree();

    void take(const StackPath& path, const codec::Json& event);
    /// Stands above all.
    void blame(const std::string& cause) { cause_ = cause; }

    /// A line each. Where there is not room for all, what is complete is left out, and lines are cut.
    [[nodiscard]] std::vector<std::string> lines(const Console& console,
                                                 std::optional<TerminalSize> room = {}) const;

  private:
    struct Node;
    struct Row;

    std::string cause_;
    std::unique_ptr<Node> root_;
};

}  // namespace millrace::cli
