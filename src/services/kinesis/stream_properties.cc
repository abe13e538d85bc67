#include "services/kinesis/stream_properties.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "api/kinesis.h"
#include "base/number.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/options.h"
#include "services/kinesis/property_values.h"

namespace millrace::kinesis {
namespace {

using boost::json::object;
using boost::json::value;

std::optional<std::int32_t> to_integer(const value& value) {
    if (value.is_int64() && std::in_range<std::int32_t>(value.get_int64())) {
        return static_cast<std::int32_t>(value.get_int64());
    }
    if (!value.is_string()) return std::nullopt;
    return parse_number<std::int32_t>(value.get_string());
}

/// Leaves `out` alone when the property is not there.
aws::Outcome<void> read_integer(const object& properties, std::string_view name, std::int32_t least,
                                std::int32_t most, std::int32_t& out) {
    const value* given = properties.if_contains(name);
    if (given == nullptr) return {};
    const auto number = to_integer(*given);
    if (!number) return invalid(name, "must be an integer");
    if (*number < least || *number > most) {
        return invalid(name, fmt::format("must be between {} and {}, not {}", least, most, *number));
    }
    out = *number;
    return {};
}

aws::Outcome<void> read_name(const object& properties, std::optional<std::string>& out) {
    const value* given = properties.if_contains("Name");
    if (given == nullptr) return {};
    if (!given->is_string() || !is_name(given->get_string())) {
        return invalid("Name", "must be 1 to 128 of the characters a-z, A-Z, 0-9, _, . and -");
    }
    out = std::string(given->get_string());
    return {};
}

aws::Outcome<void> read_mode(const object& properties, StreamOptions& out) {
    const value* given = properties.if_contains("StreamModeDetails");
    if (given == nullptr) return {};
    const value* mode = given->is_object() ? given->get_object().if_contains("StreamMode") : nullptr;
    if (mode == nullptr || (*mode != "ON_DEMAND" && *mode != "PROVISIONED")) {
        return invalid("StreamModeDetails.StreamMode", "must be PROVISIONED or ON_DEMAND");
    }
    out.on_demand = *mode == "ON_DEMAND";
    return {};
}

aws::Outcome<void> read_shard_count(const object& properties, StreamOptions& out) {
    if (!out.on_demand) {
        return read_integer(properties, "ShardCount", 1, static_cast<std::int32_t>(kShardsMax),
                            out.shard_count);
    }
    if (properties.contains("ShardCount"))
        return invalid("ShardCount", "must not be given for streams in ON_DEMAND mode");
    out.shard_count = kOnDemandShards;
    return {};
}

aws::Outcome<void> read_encryption(const object& properties, StreamOptions& out) {
    const value* given = properties.if_contains("StreamEncryption");
    if (given == nullptr) return {};
    const value* type = given->is_object() ? given->get_object().if_contains("EncryptionType") : nullptr;
    const value* key = given->is_object() ? given->get_object().if_contains("KeyId") : nullptr;
    if (type == nullptr || *type != "KMS") return invalid("StreamEncryption.EncryptionType", "must be KMS");
    if (key == nullptr || !key->is_string() || key->get_string().empty()) {
        return invalid("StreamEncryption.KeyId", "must be a string");
    }
    out.kms_key = std::string(key->get_string());
    return {};
}

aws::Outcome<void> read_metrics(const object& properties, StreamOptions& out) {
    const value* given = properties.if_contains("DesiredShardLevelMetrics");
    if (given == nullptr) return {};
    if (!given->is_array()) return invalid("DesiredShardLevelMetrics", "must be a list");
    std::vector<std::string> names;
    for (const value& name : given->get_array()) {
        if (!name.is_string() || !is_shard_metric(names.emplace_back(name.get_string())))
            return invalid("DesiredShardLevelMetrics", "must hold names of shard-level metrics, or ALL");
    }
    out.shard_metrics = shard_metrics(names);
    return {};
}

/// After the mode.
aws::Outcome<void> read_distribution(const object& properties, StreamOptions& out) {
    const value* given = properties.if_contains("RecordDistributionStrategy");
    if (given == nullptr) return {};
    if (*given != "AUTO" && *given != "USER_PARTITION_KEY")
        return invalid("RecordDistributionStrategy", "must be AUTO or USER_PARTITION_KEY");
    return set_distribution(out, given->get_string());
}

/// After the mode. Whether it may be is the account's affair.
aws::Outcome<void> read_warm_throughput(const object& properties, std::optional<std::int32_t>& out) {
    if (!properties.contains("WarmThroughputMiBps")) return {};
    return read_integer(properties, "WarmThroughputMiBps", 0, kWarmMiBpsMax, out.emplace());
}

}  // namespace

aws::Outcome<StreamProperties> read_properties(const object& properties) {
    StreamProperties read;
    StreamOptions& options = read.options;
    for (const auto& step : {
             read_name(properties, read.name),
             read_mode(properties, options),
             read_shard_count(properties, options),
             read_integer(properties, "RetentionPeriodHours", kRetentionHoursDefault, kRetentionHoursMax,
                          options.retention_hours),
             read_integer(properties, "MaxRecordSizeInKiB", kRecordKiBDefault, kRecordKiBMax,
                          options.record_kib_max),
             read_encryption(properties, options),
             read_metrics(properties, options),
             read_tags(properties, options.tags),
             read_distribution(properties, options),
             read_warm_throughput(properties, read.warm_mibps),
         }) {
        if (!step) return std::unexpected(step.error());
    }
    return read;
}

}  // namespace millrace::kinesis
