#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace millrace::logs {

/// Before one event of a stream: the entry in its log, and the event in the entry.
struct Position {
    std::uint64_t offset = 0;
    std::uint32_t index = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
};

/// Which timestamps to return: from `begin`, before `end`.
struct TimeRange {
    std::optional<WallTime> begin = {};
    std::optional<WallTime> end = {};
    [[nodiscard]] bool contains(WallTime time) const {
        return (!begin || time >= *begin) && (!end || time < *end);
    }
};

/// An event that arrived this much later than `end` cannot have a timestamp before it (its age is limited),
/// so entries whose time lies past this need not be read.
[[nodiscard]] WallTime latest_entry_time(WallTime end);

struct FoundEvent {
    Position position;
    WallTime timestamp;
    WallTime ingestion;
    std::string message;
};

/// Some events of a stream, by timestamp, and where they lie: all of them in [begin, end).
struct Page {
    std::vector<FoundEvent> events;
    Position begin;
    Position end;
};

enum class Direction { kForward, kBackward };

/// nextForwardToken ("f/<56 digits>/s") and nextBackwardToken ("b/...") of GetLogEvents.
[[nodiscard]] std::string to_token(Direction direction, Position position);
struct PageToken {
    Direction direction;
    Position position;
};
[[nodiscard]] std::optional<PageToken> parse_token(std::string_view token);

}  // namespace millrace::logs
