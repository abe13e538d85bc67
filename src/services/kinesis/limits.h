#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "base/units.h"

namespace millrace::kinesis {

// AWS's quotas, as its documentation states them. What the API model can say (lengths, counts, ranges of
// single members) stands in models/kinesis.json instead.

/// Data and partition key of one record, in KiB; a stream may set its own maximum in this range.
inline constexpr std::int32_t kRecordKiBDefault = 1024;
inline constexpr std::int32_t kRecordKiBMax = 10'240;

/// Data and partition keys of one PutRecords call together.
inline constexpr std::size_t kPutRecordsBytesMax = 10_MiB;

inline constexpr std::int32_t kGetRecordsCountMax = 10'000;
inline constexpr std::size_t kGetRecordsBytesMax = 10_MiB;

inline constexpr std::int32_t kRetentionHoursDefault = 24;
inline constexpr std::int32_t kRetentionHoursMax = 8'760;

inline constexpr Milliseconds kIteratorLifetime{300'000};
inline constexpr Milliseconds kPageTokenLifetime{300'000};

/// UpdateShardCount: shards it may leave a stream with, and how often it may be called.
inline constexpr std::int32_t kUpdateShardCountMax = 10'000;
inline constexpr std::size_t kScalingsPerDayMax = 10;
/// How often UpdateStreamMode may be called, in the same span of time.
inline constexpr std::size_t kModeSwitchesPerDayMax = 2;
inline constexpr Milliseconds kChangeCountingTime{86'400'000};

/// What one shard is made for. Not enforced; on-demand streams are scaled by it.
inline constexpr std::size_t kShardBytesPerSecond = 1_MiB;
inline constexpr std::size_t kShardRecordsPerSecond = 1'000;

/// At creation, and where scaling ends.
inline constexpr std::int32_t kOnDemandShards = 4;
inline constexpr std::size_t kOnDemandShardsMax = 10'000;
inline constexpr std::size_t kOnDemandStreamsMax = 50;
/// The warm throughput of an on-demand stream, in MiB/s: 10 GiB/s.
inline constexpr std::int32_t kWarmMiBpsMax = 10'240;
/// Open shards of an account in a region (the quota of us-east-1).
inline constexpr std::size_t kShardsMax = 20'000;

/// Of a stream, and of a consumer.
inline constexpr std::size_t kTagsPerResourceMax = 50;

inline constexpr std::size_t kConsumersPerStreamMax = 20;
/// Of an on-demand stream in an account with the commitment to a minimum of throughput (On-demand Advantage).
inline constexpr std::size_t kConsumersPerAdvantageStreamMax = 50;

inline constexpr std::int32_t kDescribeStreamShardsMax = 100;  ///< also where more are asked for
inline constexpr std::int32_t kListShardsMax = 1'000;          ///< also where more are asked for
inline constexpr std::int32_t kListStreamsMax = 100;           ///< likewise
inline constexpr std::int32_t kListTagsDefault = 50;
inline constexpr std::int32_t kListConsumersDefault = 100;

/// A subscription ends by itself.
inline constexpr Milliseconds kSubscriptionLifetime{300'000};
/// A shard's subscriber may not be replaced sooner by another call of the same consumer.
inline constexpr Milliseconds kSubscriptionTakeover{5'000};
/// An event without records follows when there was none for so long.
inline constexpr Milliseconds kSubscriptionHeartbeat{5'000};
/// Of one event: more wait for the next one.
inline constexpr std::size_t kSubscribeEventRecordsMax = 10'000;
inline constexpr std::size_t kSubscribeEventBytesMax = 1_MiB;

/// How often at most expired records are looked for.
inline constexpr Milliseconds kRetentionInterval{60'000};

}  // namespace millrace::kinesis
