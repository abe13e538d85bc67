#pragma once

#include <cstdint>
#include <string>

#include "aws/error.h"
#include "services/kinesis/state.h"

namespace millrace::kinesis {

// The rules for changes of a stream's shards and mode that both the API and templates obey, in AWS's words.

/// ValidationException when these options of the stream say on-demand mode: its shards are not its owner's
/// business.
[[nodiscard]] aws::Outcome<void> check_provisioned(const Stream& stream, const StreamOptions& options);

/// Errors: ResourceNotFoundException; ResourceInUseException for a closed shard.
[[nodiscard]] aws::Outcome<const Shard*> find_open_shard(const Stream& stream, const std::string& name);

/// UpdateShardCount with UNIFORM_SCALING: at least half and at most double the open shards, at most so many
/// and so many times a day as limits.h says. Errors: LimitExceededException.
[[nodiscard]] PlanReshard scale_to(std::int32_t target, WallTime now);

/// Splits a shard of an on-demand stream in the middle. Refused (LimitExceededException) when the stream has
/// as many shards as it may, or the shard too few keys; nothing when it was closed meanwhile.
[[nodiscard]] PlanReshard split_hot_shard(std::uint32_t shard);

/// UpdateStreamMode; nothing when it is the mode already. The shards stay. Errors: LimitExceededException.
[[nodiscard]] aws::Outcome<void> switch_mode(const Stream& stream, StreamOptions& options, bool on_demand,
                                             const State::Usage& usage, WallTime now);

}  // namespace millrace::kinesis
