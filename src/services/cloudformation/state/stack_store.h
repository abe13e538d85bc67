#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "services/cloudformation/state/stack.h"
#include "storage/catalog/catalog.h"

namespace millrace::cloudformation {

/// Events kept of one stack; older ones are forgotten.
inline constexpr std::size_t kEventsPerStackMax = 2000;
/// Deleted stacks kept for ListStacks and look-up by ARN; the oldest are forgotten.
inline constexpr std::size_t kDeletedStacksMax = 200;
/// Events kept of all deleted stacks together, so that stacks which come and go do not fill the memory.
inline constexpr std::size_t kDeletedEventsMax = 10'000;

/// New values of a stack's parts, kept and applied as a whole or not at all.
struct StackChange {
    std::optional<StackHeader> header;
    std::optional<StackSettings> settings;
    std::map<std::string, std::optional<StackResource>> resources;  ///< nullopt erases
    std::optional<std::vector<StackResource>> discarded;
    std::optional<std::optional<BeforeUpdate>> before;
    std::optional<std::optional<BeforeUpdate>> stable;
    std::map<std::string, std::optional<ChangeSet>> change_sets;  ///< by uuid; nullopt erases
    std::vector<StackEvent> events;                               ///< ids are given when committed
};

/// What ties one stack to others of its account and region (exports.h).
struct StackLinks {
    std::string uuid;
    std::string name;
    std::string root_id;                         ///< of the outermost stack around it
    std::map<std::string, std::string> exports;  ///< name to value
    std::set<std::string> reserved;              ///< names of exports that a rollback would bring back
    std::set<std::string> imports;               ///< also those that a failed update would go back to
    bool leaving = false;                        ///< the stack is being deleted
    bool arriving = false;                       ///< not durable yet
};

/// All stacks, kept in the catalog below "cloudformation/stacks/<account>/<region>/<uuid>/": "stack",
/// "settings", "before", "stable", "discarded", "resources/<logical id>", "change-sets/<uuid>",
/// "events/<number>".
///
/// What the store shows is durable: a change is applied when its commit is done. Threads: the home executor.
class StackStore {
  public:
    StackStore(storage::Catalog& catalog, Random& random) : catalog_(catalog), random_(random) {}

    /// Reads all stacks; called once, first.
    [[nodiscard]] Result<> load();
    void clear();

    /// By ARN any stack; by name the one that is not deleted. nullptr when there is none.
    [[nodiscard]] const Stack* find(const aws::Scope& scope, std::string_view name_or_id) const;
    /// A stack of this name is being added, but not durable yet.
    [[nodiscard]] bool is_arriving(const aws::Scope& scope, std::string_view name) const;
    [[nodiscard]] const Stack* find_uuid(const std::string& uuid) const;
    /// Newest first.
    [[nodiscard]] std::vector<const Stack*> list(const aws::Scope& scope) const;
    [[nodiscard]] std::vector<const Stack*> list_all() const;

    /// Of all stacks that exist, and of headers that are being written: a stack may be there twice.
    [[nodiscard]] std::vector<StackLinks> list_links(const aws::Scope& scope) const;

    /// A change with a header of a new uuid adds a stack. Changes of one stack are applied in the order of
    /// the calls.
    void commit(const std::string& uuid, StackChange change, storage::Done done);
    /// Leaves no trace of the stack.
    void forget(const std::string& uuid, storage::Done done);

  private:
    Result<> load_entry(std::string_view key, std::string_view value);
    void apply(const std::string& uuid, StackChange change);
    void forget_oldest_deleted();

    storage::Catalog& catalog_;
    Random& random_;
    std::map<std::string, std::unique_ptr<Stack>> stacks_;                       ///< by uuid
    std::map<std::string, std::pair<aws::Scope, std::string>> arriving_;         ///< by uuid: scope and name
    std::map<std::uint64_t, std::pair<aws::Scope, StackLinks>> arriving_links_;  ///< by number of the commit
    std::uint64_t next_commit_ = 0;
    std::map<std::string, std::uint64_t> next_event_;  ///< by uuid: numbers given, committed or not
    std::shared_ptr<char> alive_ =
        std::make_shared<char>();  ///< commits that outlive the store or a clear() do nothing
};

/// Whether a nested stack, whose update is done, waits: an operation of its parents may still take it back.
[[nodiscard]] bool awaits_parent(const StackStore& store, const Stack& stack);

}  // namespace millrace::cloudformation
