#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "base/error.h"
#include "base/time.h"
#include "ports/record_source.h"

namespace millrace::lambda {

/// How a mapping hands records to its function; AWS's defaults.
struct BatchSettings {
    int batch_size = 100;
    Seconds window{0};
    int retries_max = -1;          ///< of one batch; -1: until it succeeds or expires
    Seconds record_age_max{-1};    ///< -1: no limit but the stream's own
    bool bisect = false;           ///< halve a batch that fails
    bool report_failures = false;  ///< the function says which records failed (ReportBatchItemFailures)
    int lanes = 1;                 ///< batches of a shard that run at once (ParallelizationFactor)
    Seconds tumbling_window{0};    ///< 0: none
    friend bool operator==(const BatchSettings&, const BatchSettings&) = default;
};

/// An event source mapping as it is configured: a value, kept in the catalog as JSON under catalog_key().
struct Mapping {
    aws::Scope scope;
    std::string uuid;
    std::string source_arn;  ///< of a stream, a stream's consumer, or a queue
    std::string function;    ///< bare name, or with a qualifier: "name:7"
    bool enabled = true;
    BatchSettings batches;
    std::vector<std::string> filters;  ///< patterns, of which one must match; none: every record is wanted
    /// Batches of a queue that run at once (ScalingConfig.MaximumConcurrency).
    std::optional<std::size_t> concurrency_max;
    bool counts_events = false;  ///< MetricsConfig has EventCount
    std::map<std::string, std::string> tags;
    std::string kms_key;              ///< ARN; kept and shown, nothing is encrypted with it; may be empty
    std::string failure_destination;  ///< ARN of a queue that is told of records given up; may be empty
    ports::StartingPosition position = ports::StartingPosition::kTrimHorizon;
    std::optional<WallTime> position_timestamp;
    WallTime last_modified;

    [[nodiscard]] std::string arn() const;
    [[nodiscard]] std::string catalog_key() const;
    /// Else a stream.
    [[nodiscard]] bool reads_queue() const;
    /// By way of a consumer (enhanced fan-out).
    [[nodiscard]] bool reads_consumer() const;
    /// Of the stream that is read, without the consumer.
    [[nodiscard]] std::string_view stream_arn() const;
};

inline constexpr std::string_view kMappingsPrefix = "lambda/mappings/";

[[nodiscard]] std::string to_json(const Mapping& mapping);
/// kCorruption when the text is not what to_json() writes.
[[nodiscard]] Result<Mapping> mapping_from_json(std::string_view text);

/// "TRIM_HORIZON" and so on.
[[nodiscard]] std::string_view position_name(ports::StartingPosition position);
[[nodiscard]] std::optional<ports::StartingPosition> position_from_name(std::string_view name);

/// Where the outcome of a mapping's last batch stands in the catalog, as the API shows it:
/// "PROBLEM: Function call failed".
[[nodiscard]] std::string last_result_key(std::string_view mapping_uuid);

}  // namespace millrace::lambda
