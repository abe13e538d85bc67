#include "services/kinesis/warm_throughput.h"

#include <algorithm>
#include <fmt/format.h>

#include "api/kinesis.h"
#include "base/units.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {

static_assert(kShardBytesPerSecond == 1_MiB, "a shard for each MiB/s");

bool has_advantage(const AccountSettings& accounts, const aws::Scope& scope, WallTime now) {
    return in_force(accounts.commitment(scope), now);
}

aws::Outcome<void> set_warm_throughput(StreamOptions& options, std::int32_t mibps, bool advantage) {
    if (!options.on_demand) {
        return std::unexpected(invalid_argument(
            "WarmThroughputMiBps is only supported for data streams with the on-demand capacity mode."));
    }
    if (!advantage) {
        return std::unexpected(
            invalid_argument("WarmThroughputMiBps is only supported in accounts that have "
                             "MinimumThroughputBillingCommitment enabled."));
    }
    if (mibps > kWarmMiBpsMax) {
        return std::unexpected(api::kinesis::limit_exceeded_exception(
            fmt::format("WarmThroughputMiBps cannot be greater than {}. Requested warm throughput: {}.",
                        kWarmMiBpsMax, mibps)));
    }
    options.warm_mibps = mibps;
    return {};
}

std::int32_t shards_for_warm_throughput(std::int32_t mibps) {
    return std::max(mibps, kOnDemandShards);
}

PlanReshard warm_to(std::int32_t mibps, bool advantage) {
    return [=](const Stream&, Reshard& reshard, StreamOptions& options) -> aws::Outcome<void> {
        if (auto set = set_warm_throughput(options, mibps, advantage); !set) return set;
        reshard.scale_uniformly(static_cast<std::size_t>(shards_for_warm_throughput(mibps)));
        return {};
    };
}

}  // namespace millrace::kinesis
