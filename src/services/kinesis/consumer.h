#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "base/error.h"
#include "base/time.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

enum class ConsumerStatus { kCreating, kActive, kDeleting };

[[nodiscard]] std::string_view to_string(ConsumerStatus status);

/// A reader registered with a stream, to which records are pushed (enhanced fan-out).
struct Consumer {
    aws::Scope scope;
    std::string stream;  ///< name
    std::string name;    ///< unique among those of the stream
    WallTime created;
    ConsumerStatus status = ConsumerStatus::kActive;
    Tags tags;
    std::optional<std::string> policy;  ///< its resource policy; nobody is refused by it
    friend bool operator==(const Consumer&, const Consumer&) = default;
};

/// "<stream's ARN>/consumer/<name>:<created, seconds since 1970>"
[[nodiscard]] std::string consumer_arn(const Consumer& consumer);

/// What an ARN says.
struct ConsumerId {
    StreamId stream;
    std::string name;
    std::int64_t created_seconds = 0;
};

/// Nothing when the text is not the ARN of a consumer.
[[nodiscard]] std::optional<ConsumerId> parse_consumer_arn(std::string_view arn);

/// "kinesis/consumers/<account>/<region>/<stream>/<name>": where a consumer stands in the catalog.
inline constexpr std::string_view kConsumersPrefix = "kinesis/consumers/";
[[nodiscard]] std::string catalog_key(const Consumer& consumer);

/// The catalog's value; the format is in this room's README.
[[nodiscard]] std::string to_json(const Consumer& consumer);

/// kCorruption when the pair is not a consumer's.
[[nodiscard]] Result<Consumer> parse_consumer(std::string_view key, std::string_view value);

}  // namespace millrace::kinesis
