#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// "kinesis/streams/<account>/<region>/<name>": where a stream stands in the catalog.
inline constexpr std::string_view kStreamsPrefix = "kinesis/streams/";
[[nodiscard]] std::string catalog_key(const aws::Scope& scope, std::string_view name);

/// The catalog's value, with these options; the format is in this room's README. Shards have values of their
/// own (shard_json.h).
[[nodiscard]] std::string to_json(const Stream& stream, const StreamOptions& options);

/// Without its shards. kCorruption when the pair is not a stream's.
[[nodiscard]] Result<Stream> parse_stream(std::string_view key, std::string_view value);

}  // namespace millrace::kinesis
