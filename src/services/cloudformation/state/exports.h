#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/state/stack_store.h"

namespace millrace::cloudformation {

// Outputs that the stacks of one account and region offer each other by name. An export that is in use
// neither changes nor goes, and no two stacks have one of the same name. What is being written counts
// already, so that two operations that end at the same time cannot both have their way.

struct Export {
    std::string name;
    std::string value;
    std::string stack_id;
};

/// By name.
[[nodiscard]] std::vector<Export> list_exports(const StackStore& store, const aws::Scope& scope);

/// Names of the stacks that use it, sorted.
[[nodiscard]] std::vector<std::string> importers_of(const StackStore& store, const aws::Scope& scope,
                                                    const std::string& export_name);

/// What Fn::ImportValue of this stack finds: the others' exports, but not those of stacks that are being
/// deleted.
[[nodiscard]] std::map<std::string, std::string> importable(const StackStore& store,
                                                            const StackHeader& importer);

/// What a request can be refused for: names that are none, or stand twice.
[[nodiscard]] Result<> check_export_names(const std::vector<Output>& outputs);

/// Whether the stack may have these outputs in place of those it has, which is asked when its operation ends.
/// Errors are AWS's: "Export X cannot be updated as it is in use by Y".
[[nodiscard]] Result<> check_exports(const StackStore& store, const StackHeader& exporter,
                                     const std::vector<Output>& outputs);

/// The same for a rollback, whose exports were reserved for it.
[[nodiscard]] Result<> check_exports_in_use(const StackStore& store, const StackHeader& exporter,
                                            const std::vector<Output>& outputs);

/// Whether the stack may be deleted: "Delete canceled. Cannot delete export X as it is in use by Y."
[[nodiscard]] Result<> check_deletion(const StackStore& store, const StackHeader& exporter);

}  // namespace millrace::cloudformation
