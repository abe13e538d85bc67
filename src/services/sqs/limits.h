#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "base/units.h"

namespace millrace::sqs {

// AWS's quotas:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
inline constexpr std::size_t kQueueNameCharactersMax = 80;
inline constexpr std::size_t kTagsMax = 50;
inline constexpr std::size_t kListResultsMax = 1'000;
inline constexpr std::size_t kBatchEntriesMax = 10;
inline constexpr std::size_t kBatchBytesMax = 1_MiB;
inline constexpr std::size_t kMessageAttributesMax = 10;
inline constexpr std::size_t kAttributeNameCharactersMax = 256;
inline constexpr std::size_t kIdCharactersMax = 128;
inline constexpr std::size_t kTraceHeaderBytesMax = 1_KiB;
inline constexpr std::int32_t kReceiveMessagesMax = 10;
inline constexpr Seconds kReceiveWaitMax{20};
inline constexpr Seconds kVisibilityTimeoutMax{43'200};
inline constexpr Seconds kDelayMax{900};
inline constexpr Seconds kPurgeInterval{60};
inline constexpr Seconds kRecreationInterval{60};
inline constexpr std::uint32_t kRedriveReceivesMax = 1'000;

}  // namespace millrace::sqs
