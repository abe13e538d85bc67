#include "services/kinesis/options.h"

#include <fmt/format.h>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {

aws::Outcome<void> check_retention(std::int32_t hours) {
    if (hours < kRetentionHoursDefault) {
        return std::unexpected(
            invalid_argument(fmt::format("Minimum allowed retention period is {} hours. Requested retention "
                                         "period ({} hours) is too short.",
                                         kRetentionHoursDefault, hours)));
    }
    if (hours > kRetentionHoursMax) {
        return std::unexpected(
            invalid_argument(fmt::format("Maximum allowed retention period is {} hours. Requested retention "
                                         "period ({} hours) is too long.",
                                         kRetentionHoursMax, hours)));
    }
    return {};
}

aws::Outcome<void> increase_retention(StreamOptions& options, const std::string& stream, std::int32_t hours) {
    if (auto valid = check_retention(hours); !valid) return valid;
    if (hours < options.retention_hours) {
        return std::unexpected(invalid_argument(fmt::format(
            "Requested retention period ({} hours) for stream {} can not be shorter than existing retention "
            "period ({} hours). Use DecreaseRetentionPeriod API.",
            hours, stream, options.retention_hours)));
    }
    options.retention_hours = hours;
    return {};
}

aws::Outcome<void> decrease_retention(StreamOptions& options, const std::string& stream, std::int32_t hours) {
    if (auto valid = check_retention(hours); !valid) return valid;
    if (hours > options.retention_hours) {
        return std::unexpected(invalid_argument(fmt::format(
            "Requested retention period ({} hours) for stream {} can not be longer than existing retention "
            "period ({} hours). Use IncreaseRetentionPeriod API.",
            hours, stream, options.retention_hours)));
    }
    options.retention_hours = hours;
    return {};
}

aws::Outcome<void> set_distribution(StreamOptions& options, std::string_view strategy) {
    const bool automatic = strategy == "AUTO";
    if (automatic && !options.on_demand) {
        return std::unexpected(invalid_argument(
            "RecordDistributionStrategy AUTO is only supported for data streams with the on-demand capacity "
            "mode."));
    }
    options.auto_distribution = automatic;
    return {};
}

namespace {

const std::set<std::string>& all_shard_metrics() {
    static const std::set<std::string> kAll{"IncomingBytes",
                                            "IncomingRecords",
                                            "IteratorAgeMilliseconds",
                                            "OutgoingBytes",
                                            "OutgoingRecords",
                                            "ReadProvisionedThroughputExceeded",
                                            "WriteProvisionedThroughputExceeded"};
    return kAll;
}

}  // namespace

std::set<std::string> shard_metrics(const std::vector<std::string>& names) {
    std::set<std::string> metrics(names.begin(), names.end());
    return metrics.contains("ALL") ? all_shard_metrics() : metrics;
}

bool is_shard_metric(const std::string& name) {
    return name == "ALL" || all_shard_metrics().contains(name);
}

}  // namespace millrace::kinesis
