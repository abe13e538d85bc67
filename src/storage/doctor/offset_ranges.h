#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/log_store.h"

namespace millrace::storage {

/// Offsets from `first` on, before `end`.
struct OffsetRange {
    Offset first;
    Offset end;
    [[nodiscard]] std::uint64_t count() const { return end.value() - first.value(); }
    friend bool operator==(const OffsetRange&, const OffsetRange&) = default;
};

/// Some offsets of a log: ranges in ascending order that are not empty, do not overlap and do not touch.
class OffsetRanges {
  public:
    OffsetRanges() = default;
    OffsetRanges(Offset first, Offset end) { add(first, end); }

    /// An empty range changes nothing. Cheap at the end.
    void add(Offset first, Offset end);
    void add(const OffsetRanges& others);

    [[nodiscard]] const std::vector<OffsetRange>& ranges() const { return ranges_; }
    [[nodiscard]] bool empty() const { return ranges_.empty(); }
    [[nodiscard]] bool contains(Offset offset) const;
    [[nodiscard]] std::uint64_t count() const;
    /// What is in both.
    [[nodiscard]] OffsetRanges intersection(const OffsetRanges& others) const;
    /// What is here and not there.
    [[nodiscard]] OffsetRanges without(const OffsetRanges& others) const;
    friend bool operator==(const OffsetRanges&, const OffsetRanges&) = default;

  private:
    std::vector<OffsetRange> ranges_;
};

}  // namespace millrace::storage
