#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/api.h"

namespace millrace::cli {

/// The nested stacks that lead to an event: their logical ids, outermost first.
using StackPath = std::vector<std::string>;

/// Whether the event tells of the stack whose event it is, not of one of its resources.
[[nodiscard]] bool is_of_stack_itself(const codec::Json& event);

/// Nothing is at work any more on what has this status.
[[nodiscard]] bool is_final(std::string_view status);

/// The events of a stack as they come. Those of nested stacks come between them: behind the one that tells
/// that the nested stack is made, changed or deleted, and before the one that tells that it was. Nested
/// stacks that nothing is at work on are not asked about.
class StackEvents {
  public:
    using Tell = std::function<void(const StackPath& path, const codec::Json& event)>;

    /// All that the stack ever had.
    explicit StackEvents(Api& api) : api_(&api) {}

    /// What is there already is not told.
    [[nodiscard]] Answer<void> skip(std::string_view stack_id);
    /// Tells what is new, oldest first.
    [[nodiscard]] Answer<void> read(std::string_view stack_id, const Tell& tell);
    /// The same without nested stacks.
    [[nodiscard]] Answer<void> read_shallow(std::string_view stack_id, const Tell& tell);

  private:
    struct Nested;

    StackEvents(Api& api, StackPath path, std::string since)
        : api_(&api), path_(std::move(path)), since_(std::move(since)) {}
    Answer<codec::JsonArray> take_new(std::string_view stack_id);
    Nested* nested_of(const codec::Json& event);

    Api* api_;
    StackPath path_;
    std::string since_;   ///< older events are of operations before this one
    std::string newest_;  ///< the id of the newest that was read
    bool at_work_ = false;
    std::map<std::string, std::shared_ptr<Nested>> nested_;  ///< by logical id
};

}  // namespace millrace::cli
