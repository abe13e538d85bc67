#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/faults/batch_entries.h"
#include "aws/faults/fault_rule.h"
#include "aws/registry.h"
#include "base/error.h"

namespace millrace::aws {

inline constexpr std::size_t kFaultsMax = 64;

/// A rule at work.
struct ActiveFault {
    FaultRule rule;
    std::uint64_t calls = 0;  ///< that matched; entries for rules by entry
    std::uint64_t struck = 0;
};

/// What is to happen to one call.
struct Verdict {
    Milliseconds delay{0};  ///< before anything else
    std::optional<FaultEffect> effect = std::nullopt;
    std::string resource = {};            ///< name, for the error's words
    const BatchEntries* batch = nullptr;  ///< with entries, some of which fail
    EntryFaults entries = {};
};

/// Calls that fail on purpose, for tests of clients. Kept in memory only. Every rule counts the calls that it
/// matches, in the order in which they reach the home executor, and decides by its seed and that number
/// alone. Of the rules that strike a call, delays add up, and the first of another effect decides.
/// Threads: the home executor.
class Faults {
  public:
    /// Finds a resource's name in an opaque text; empty when there is none.
    using ReadName = std::function<std::string(std::string_view text)>;

    /// The registry must outlive this, and be complete before the first rule is set.
    explicit Faults(const Registry& registry) : registry_(registry) {}

    // What services tell of themselves, before the first rule is set.
    void add_batch(std::unique_ptr<BatchEntries> batch);
    /// For a member from which the name cannot be seen.
    void add_name(std::string_view member, ReadName read) { names_.emplace(member, std::move(read)); }

    /// All of the rules or, on an error, none. Those that are there keep their counts.
    [[nodiscard]] Result<> add(const std::vector<FaultRule>& rules);
    /// In place of all that are there.
    [[nodiscard]] Result<> replace(const std::vector<FaultRule>& rules);
    void clear() { active_.clear(); }

    [[nodiscard]] bool any() const { return !active_.empty(); }
    [[nodiscard]] const std::vector<ActiveFault>& active() const { return active_; }

    /// Counts the call. The input is of the operation's type, or nullptr where it takes nothing.
    [[nodiscard]] Verdict decide(const OperationModel& operation, const RequestContext& context,
                                 const void* input);

  private:
    [[nodiscard]] Result<> check(const FaultRule& rule) const;
    [[nodiscard]] std::string resource_of(const OperationModel& operation, const void* input) const;
    [[nodiscard]] const BatchEntries* batch_of(const OperationModel& operation) const;
    void decide_entries(ActiveFault& fault, const RequestContext& context, const BatchEntries& batch,
                        const void* input, Verdict& verdict) const;

    const Registry& registry_;
    std::vector<ActiveFault> active_;
    std::map<const OperationModel*, std::unique_ptr<BatchEntries>> batches_;
    std::map<std::string_view, ReadName> names_;
};

}  // namespace millrace::aws
