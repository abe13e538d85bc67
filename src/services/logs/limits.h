#pragma once

#include <chrono>
#include <cstddef>

#include "base/units.h"

namespace millrace::logs {

// CloudWatch Logs quotas, and the API Reference of PutLogEvents and GetLogEvents.
inline constexpr std::size_t kBatchBytesMax = 1'048'576;  ///< of one PutLogEvents call
inline constexpr std::size_t kEventOverheadBytes = 26;    ///< counted for each event besides its message
inline constexpr std::size_t kEventBytesMax = 1_MiB;      ///< message and overhead
inline constexpr std::chrono::hours kBatchSpanMax{24};
inline constexpr std::chrono::hours kEventAgeMax{14 * 24};
inline constexpr std::chrono::hours kEventFutureMax{2};
inline constexpr std::size_t kPageEventsMax = 10'000;
inline constexpr std::size_t kPageBytesMax = 1_MiB;
inline constexpr std::size_t kDescribeMax = 50;
inline constexpr std::size_t kTagsMax = 50;

// Our own.
inline constexpr std::size_t kEntryBytesTarget = 64_KiB;  ///< events are stored in entries of about this size
inline constexpr std::size_t kScanBytesMax = 16_MiB;  ///< read for one page; then the page ends where it is
inline constexpr std::size_t kPendingLineBytesMax =
    64_MiB;                                          ///< lines waiting for the disk; further ones are dropped
inline constexpr std::size_t kFlushBytes = 256_KiB;  ///< lines waiting that are written without delay
inline constexpr std::chrono::milliseconds kFlushDelay{
    10};  ///< gathers lines, keeps them off the records' commits
inline constexpr std::chrono::hours kRetentionSweepPeriod{1};

}  // namespace millrace::logs
