#include "cli/duration.h"

#include <charconv>
#include <string>

namespace millrace::cli {

Result<Milliseconds> parse_duration(std::string_view text) {
    constexpr std::int64_t kCountMax = 1'000'000;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (error == std::errc{} && count >= 0 && count <= kCountMax) {
        if (unit == "s") return Seconds(count);
        if (unit == "m") return std::chrono::minutes(count);
        if (unit == "h") return std::chrono::hours(count);
        if (unit == "d") return std::chrono::days(count);
    }
    return fail(ErrorCode::kInvalidArgument,
                "\"" + std::string(text) + "\" is not a duration; write 30s, 10m, 2h or 7d");
}

}  // namespace millrace::cli
