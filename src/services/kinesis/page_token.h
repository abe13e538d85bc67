#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "services/kinesis/shard_window.h"

namespace millrace::kinesis {

/// Where a listing goes on.
struct PageToken {
    enum class Listing { kStreams = 1, kShards = 2 };
    Listing listing;
    std::string stream;      ///< kStreams: the last one listed; kShards: the one whose shards are listed
    std::string last_shard;  ///< kShards only
    ShardWindow window;      ///< likewise: the times are those of the first page
    WallTime created;
    friend bool operator==(const PageToken&, const PageToken&) = default;
};

[[nodiscard]] std::string to_token(const PageToken& page);

/// Nothing unless the text was made by to_token() for this listing.
[[nodiscard]] std::optional<PageToken> parse_page_token(std::string_view text, PageToken::Listing listing);

[[nodiscard]] bool is_expired(const PageToken& page, WallTime now);

}  // namespace millrace::kinesis
