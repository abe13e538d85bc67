#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/log_map.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// No log gets there; beyond, sums could overflow.
inline constexpr std::uint64_t kOffsetMax = 1ULL << 62;

/// Where a log stands.
struct LogState {
    Offset begin;
    Offset end;
    WallTime newest;  ///< time of the newest entry ever appended
    friend bool operator==(const LogState&, const LogState&) = default;
};

/// All logs that exist. Every segment opens with this table, so that older segments are needed only for
/// entries.
using LogTable = LogMap<LogState>;

[[nodiscard]] std::string encode(const LogTable& table);
[[nodiscard]] std::optional<LogTable> decode_log_table(std::string_view bytes);

}  // namespace millrace::storage
