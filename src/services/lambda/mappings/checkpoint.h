#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "ports/record_source.h"

namespace millrace::lambda {

/// A tumbling window of a shard that is open, and what the function made of its records so far.
struct OpenWindow {
    WallTime start;
    WallTime end;
    std::string state = "{}";  ///< JSON
    friend bool operator==(const OpenWindow&, const OpenWindow&) = default;
};

/// What was tried in vain of a lane's records, so that a restart does not begin to count anew.
struct Attempts {
    ports::Cursor first;               ///< the lane's first record that is not done
    std::vector<ports::Cursor> parts;  ///< the last record of each part that is tried on its own
    int failures = 0;                  ///< of the first part ...
    int invokes = 0;                   ///< ... and all invocations with it
    friend bool operator==(const Attempts&, const Attempts&) = default;
};

/// How far a mapping has come in a shard: everything before the cursor was processed, or given up, and what a
/// window's state says holds for exactly that. Kept in the catalog under checkpoint_key().
struct Checkpoint {
    ports::Cursor cursor;
    std::uint64_t incarnation = 0;  ///< of the shard (ports/record_source.h)
    bool finished = false;          ///< the shard was closed, and read to its end
    std::optional<OpenWindow> window = {};
    std::vector<Attempts> attempts = {};
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

[[nodiscard]] std::string checkpoint_prefix(std::string_view mapping_uuid);
[[nodiscard]] std::string checkpoint_key(std::string_view mapping_uuid, std::string_view shard_id);
[[nodiscard]] std::string to_json(const Checkpoint& checkpoint);
[[nodiscard]] Result<Checkpoint> checkpoint_from_json(std::string_view text);

}  // namespace millrace::lambda
