#include "storage/journal/log_table.h"

#include <algorithm>
#include <vector>

#include "storage/binary.h"

namespace millrace::storage {
std::string encode(const LogTable& table) {
    std::vector<std::pair<LogId, LogState>> logs(table.begin(), table.end());
    std::sort(logs.begin(), logs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    put(out, static_cast<std::uint32_t>(logs.size()));
    for (const auto& [id, state] : logs) {
        put(out, id.value());
        put(out, state.begin.value());
        put(out, state.end.value());
        put(out, to_millis(state.newest));
    }
    return out;
}

std::optional<LogTable> decode_log_table(std::string_view bytes) {
    BinaryReader reader{bytes};
    const auto count = reader.take<std::uint32_t>();
    if (!count) return std::nullopt;
    LogTable table;
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto id = reader.take<std::uint64_t>();
        const auto begin = reader.take<std::uint64_t>();
        const auto end = reader.take<std::uint64_t>();
        const auto newest = reader.take<std::int64_t>();
        if (!id || !begin || !end || !newest || *begin > *end || *end > kOffsetMax) return std::nullopt;
        table[LogId{*id}] = {Offset{*begin}, Offset{*end}, from_millis(*newest)};
    }
    if (!reader.rest().empty()) return std::nullopt;
    return table;
}

}  // namespace millrace::storage
