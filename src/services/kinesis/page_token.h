#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "services/kinesis/shard_window.h"

namespace millrace::kinesis {

/// Where a listing goes on.
struct PageToken {
    enum class Listing { kStreams = 1, kShards = 2, kConsumers = 3 };
    Listing listing;
    std::string stream;      ///< kStreams: the last one listed; else the one whose parts are listed
    std::string last_shard;  ///< kShards; kConsumers: the consumer
    ShardWindow window;      ///< kShards: the times are those of the first page
    WallTime created;
    friend bool operator==(const PageToken&, const PageToken&) = default;
};

[[nodiscard]] std::string to_token(const PageToken& page);

/// Nothing unless the text was made by to_token() for this listing.
[[nodiscard]] std::optional<PageToken> parse_page_token(std::string_view text, PageToken::Listing listing);

[[nodiscard]] bool is_expired(const PageToken& page, WallTime now);

}  // namespace millrace::kinesis
