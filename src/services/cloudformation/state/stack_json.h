#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/state/stack.h"

namespace millrace::cloudformation {

// How the parts of a stack stand in the catalog, as JSON. Reading what was not written by its counterpart is
// kCorruption.

[[nodiscard]] std::string write_header(const StackHeader& header);
[[nodiscard]] Result<StackHeader> read_header(std::string_view text);

[[nodiscard]] std::string write_settings(const StackSettings& settings);
[[nodiscard]] Result<StackSettings> read_settings(std::string_view text);

[[nodiscard]] std::string write_resource(const StackResource& resource);
[[nodiscard]] Result<StackResource> read_resource(std::string_view text);

[[nodiscard]] std::string write_resources(const std::vector<StackResource>& resources);
[[nodiscard]] Result<std::vector<StackResource>> read_resources(std::string_view text);

[[nodiscard]] std::string write_before(const BeforeUpdate& before);
[[nodiscard]] Result<BeforeUpdate> read_before(std::string_view text);

[[nodiscard]] std::string write_event(const StackEvent& event);
[[nodiscard]] Result<StackEvent> read_event(std::string_view text);

[[nodiscard]] std::string write_change_set(const ChangeSet& change_set);
[[nodiscard]] Result<ChangeSet> read_change_set(std::string_view text);

}  // namespace millrace::cloudformation
