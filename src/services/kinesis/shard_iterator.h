#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// A place between two records of a shard, as clients carry it. Holds all there is to know, so that using it
/// consumes nothing and a restart does not matter. All iterator types become an offset when the iterator is
/// made.
struct ShardIterator {
    std::string stream;  ///< name; the account and region are the caller's
    std::uint32_t shard = 0;
    storage::LogId log;      ///< the shard's: an iterator does not outlive its stream
    storage::Offset offset;  ///< of the next record
    WallTime created;
    friend bool operator==(const ShardIterator&, const ShardIterator&) = default;
};

/// At most 512 characters for names of at most 128.
[[nodiscard]] std::string to_token(const ShardIterator& iterator);

/// Nothing unless the text was made by to_token(); in quotes it is taken too, as on AWS: a shell script may
/// have cut it out of JSON.
[[nodiscard]] std::optional<ShardIterator> parse_shard_iterator(std::string_view text);

[[nodiscard]] bool is_expired(const ShardIterator& iterator, WallTime now);

/// AWS's words for an expired iterator.
[[nodiscard]] std::string expired_message(const ShardIterator& iterator, WallTime now);

}  // namespace millrace::kinesis
