#include "services/kinesis/resharding.h"

#include <fmt/format.h>
#include <vector>

#include "api/kinesis.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

std::unexpected<aws::ServiceError> limit_exceeded(std::string message) {
    return std::unexpected(api::kinesis::limit_exceeded_exception(std::move(message)));
}

/// Notes the change, if there were not too many lately.
bool count_change(std::vector<WallTime>& changes, std::size_t most, WallTime now) {
    std::erase_if(changes, [&](WallTime change) { return now - change >= kChangeCountingTime; });
    if (changes.size() >= most) return false;
    changes.push_back(now);
    return true;
}

aws::Outcome<void> check_target(std::int32_t current, std::int32_t target) {
    const std::string counts =
        fmt::format("Current open shard count: {} Target shard count: {}", current, target);
    if (target > kUpdateShardCountMax || (current > kUpdateShardCountMax && target == kUpdateShardCountMax)) {
        return limit_exceeded(
            fmt::format("Target shard count or number of open shards cannot be greater than {}. {}",
                        kUpdateShardCountMax, counts));
    }
    if (target / 2 > current || (target / 2 == current && target % 2 != 0)) {
        return limit_exceeded(fmt::format(
            "UpdateShardCount cannot scale up over double your current open shard count. {}", counts));
    }
    if (target < current - target) {
        return limit_exceeded(fmt::format(
            "UpdateShardCount cannot scale down below half your current open shard count. {}", counts));
    }
    return {};
}

}  // namespace

aws::Outcome<void> check_provisioned(const Stream& stream, const StreamOptions& options) {
    if (!options.on_demand) return {};
    return std::unexpected(api::kinesis::validation_exception(
        fmt::format("This operation is only supported for data streams with the provisioned capacity mode. "
                    "Stream {} under account {} is in ON_DEMAND mode.",
                    stream.name, stream.scope.account)));
}

aws::Outcome<const Shard*> find_open_shard(const Stream& stream, const std::string& name) {
    const auto index = parse_shard_name(name);
    const Shard* shard = index ? stream.shards.find(*index) : nullptr;
    if (shard == nullptr) {
        return std::unexpected(
            could_not_find_shard(stream.scope, stream.name, index ? shard_name(*index) : name));
    }
    if (!shard->open()) {
        return std::unexpected(invalid_argument(fmt::format(
            "Shard {} in stream {} under account {} has already been merged or split, and thus is "
            "not eligible for merging or splitting.",
            shard_name(*index), stream.name, stream.scope.account)));
    }
    return shard;
}

PlanReshard scale_to(std::int32_t target, WallTime now) {
    return
        [target, now](const Stream& stream, Reshard& reshard, StreamOptions& options) -> aws::Outcome<void> {
            if (auto valid = check_provisioned(stream, options); !valid) return valid;
            const auto current = static_cast<std::int32_t>(stream.shards.open_count());
            if (auto valid = check_target(current, target); !valid) return valid;
            reshard.scale_uniformly(static_cast<std::size_t>(target));
            if (reshard.touched().empty()) return {};
            if (!count_change(options.scalings, kScalingsPerDayMax, now)) {
                return limit_exceeded(fmt::format(
                    "UpdateShardCount cannot be called more than {} times in a rolling 24-hour period "
                    "for stream {} under account {}.",
                    kScalingsPerDayMax, stream.name, stream.scope.account));
            }
            return {};
        };
}

PlanReshard split_hot_shard(std::uint32_t index) {
    return [index](const Stream& stream, Reshard& reshard, StreamOptions&) -> aws::Outcome<void> {
        const Shard* shard = stream.shards.find(index);
        if (shard == nullptr || !shard->open()) return {};
        const HashKey half = (shard->range.last - shard->range.first) / 2 + 1;
        if (stream.shards.open_count() >= kOnDemandShardsMax || half < 2) {
            return limit_exceeded(fmt::format("Stream {} cannot be scaled any further.", stream.name));
        }
        reshard.split(index, shard->range.first + half);
        return {};
    };
}

aws::Outcome<void> switch_mode(const Stream& stream, StreamOptions& options, bool on_demand,
                               const State::Usage& usage, WallTime now) {
    if (options.on_demand == on_demand) return {};
    if (on_demand && usage.on_demand_streams >= kOnDemandStreamsMax) {
        return std::unexpected(
            on_demand_limit_exceeded(stream.scope, usage.on_demand_streams, kOnDemandStreamsMax));
    }
    const std::size_t shards = stream.shards.open_count();
    if (!on_demand && usage.open_shards + shards > kShardsMax) {
        return std::unexpected(shard_limit_exceeded(stream.scope, usage.open_shards, kShardsMax, shards));
    }
    if (!count_change(options.mode_switches, kModeSwitchesPerDayMax, now)) {
        return limit_exceeded(fmt::format(
            "The capacity mode of stream {} under account {} cannot be changed more than {} times "
            "in a rolling 24-hour period.",
            stream.name, stream.scope.account, kModeSwitchesPerDayMax));
    }
    options.on_demand = on_demand;
    options.auto_distribution = false;
    options.warm_mibps.reset();
    return {};
}

}  // namespace millrace::kinesis
