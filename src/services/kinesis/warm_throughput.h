#pragma once

#include <cstdint>

#include "aws/error.h"
#include "services/kinesis/account_settings.h"
#include "services/kinesis/state.h"

namespace millrace::kinesis {

// On-demand streams that are made ready for an amount of writes (On-demand Advantage): so many shards are
// opened. Follows UpdateStreamWarmThroughput in the Kinesis Data Streams API Reference.

/// Whether the account has what unlocks it.
[[nodiscard]] bool has_advantage(const AccountSettings& accounts, const aws::Scope& scope, WallTime now);

/// Sets the warm throughput of a stream with these options, which is to be created or changed. Errors:
/// InvalidArgumentException for one that is not on demand and for an account without the commitment to a
/// minimum of throughput, LimitExceededException above kWarmMiBpsMax.
[[nodiscard]] aws::Outcome<void> set_warm_throughput(StreamOptions& options, std::int32_t mibps,
                                                     bool advantage);

/// No fewer than an on-demand stream begins with.
[[nodiscard]] std::int32_t shards_for_warm_throughput(std::int32_t mibps);

/// Opens or closes shards until they are as many as the warm throughput takes: a lower one releases what was
/// opened for a higher. Errors: those of set_warm_throughput().
[[nodiscard]] PlanReshard warm_to(std::int32_t mibps, bool advantage);

}  // namespace millrace::kinesis
