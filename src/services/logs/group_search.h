#pragma once

#include <functional>
#include <string>
#include <vector>

#include "services/logs/filter_pattern.h"
#include "services/logs/page.h"
#include "storage/log_store.h"

namespace millrace::logs {

/// Before one event of a group. Events of several streams are merged by the time of their entry, then by log;
/// both only grow within a stream, so a search that goes on from here misses and repeats nothing.
struct SearchPosition {
    WallTime entry_time;
    storage::LogId log;
    Position position;
    friend auto operator<=>(const SearchPosition&, const SearchPosition&) = default;
};

/// FilterLogEvents' nextToken.
[[nodiscard]] std::string to_token(const SearchPosition& position);
[[nodiscard]] std::optional<SearchPosition> parse_search_token(std::string_view token);

/// A stream to search. No entry of it has a time before `first_event`.
struct SearchedStream {
    storage::LogId log;
    std::string name;
    WallTime first_event;
};

struct SearchQuery {
    std::vector<SearchedStream> streams;
    TimeRange range;
    FilterPattern pattern;
    std::size_t events_max;
    std::optional<SearchPosition> from = {};
};

struct SearchHit {
    std::string stream;
    std::string event_id;  ///< 56 digits, the same in every answer
    FoundEvent event;
};

struct SearchPage {
    std::vector<SearchHit> hits;              ///< by timestamp
    std::optional<SearchPosition> next = {};  ///< where to go on; none when everything was searched
};

/// Searches until events_max or kPageBytesMax of hits, or kScanBytesMax read: then the page may be empty and
/// have a `next`. Reads only the streams that it comes upon. `logs` outlives the search.
void search_group(storage::LogStore& logs, SearchQuery query,
                  std::move_only_function<void(Result<SearchPage>)> done);

}  // namespace millrace::logs
