#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "storage/journal/segment_index.h"

namespace millrace::storage {

/// Runs of one log that follow one another without gaps between their offsets, packed: about 9 bytes a run
/// instead of the 32 of a Run, and one allocation. Immutable; finding a run unpacks kRunsPerGroup at most.
/// A copy copies.
class RunList {
  public:
    static constexpr std::size_t kRunsPerGroup = 32;

    RunList() = default;
    explicit RunList(std::span<const Run> runs);
    RunList(const RunList& other);
    RunList& operator=(const RunList& other);
    RunList(RunList&&) noexcept = default;
    RunList& operator=(RunList&&) noexcept = default;
    ~RunList() = default;

    [[nodiscard]] bool empty() const { return memory_ == nullptr; }
    // The rest only when not empty.
    [[nodiscard]] Offset first() const;
    [[nodiscard]] Offset end() const;
    [[nodiscard]] WallTime first_time() const;

    /// Unpacks runs in their order. The list must outlive it.
    class Cursor {
      public:
        /// nullopt at the end.
        [[nodiscard]] std::optional<Run> next();

      private:
        friend class RunList;
        Cursor(const RunList& list, std::size_t group) : list_(list), group_(group) {}

        const RunList& list_;
        std::size_t group_;  ///< the next to be begun
        Run run_;            ///< the one before
        std::string_view rest_;
        std::optional<Run> held_;
    };
    [[nodiscard]] Cursor all() const;
    /// Begins with the first run that ends behind `from`.
    [[nodiscard]] Cursor from(Offset from) const;
    /// The last run that begins before `time`.
    [[nodiscard]] std::optional<Run> last_before(WallTime time) const;

    /// What it takes on the heap.
    [[nodiscard]] std::size_t heap_bytes() const;

  private:
    struct Head;
    struct Group;

    [[nodiscard]] const Head& head() const;
    [[nodiscard]] std::span<const Group> groups() const;
    /// The packed runs of the group.
    [[nodiscard]] std::string_view packed(std::size_t group) const;

    std::unique_ptr<std::byte[]> memory_;  ///< a Head, its groups, their packed runs
};

}  // namespace millrace::storage
