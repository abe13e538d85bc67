#include "app/fsync_option.h"

#include <fmt/format.h>

#include "base/number.h"

namespace millrace::app {
namespace {

constexpr int kIntervalMillisMax = 60'000;
constexpr std::string_view kInterval = "interval:";

}  // namespace

Result<storage::FsyncMode> parse_fsync(std::string_view text) {
    using When = storage::FsyncMode::When;
    if (text == "always") return storage::FsyncMode{};
    if (text == "never") return storage::FsyncMode{.when = When::kNever};
    if (text.starts_with(kInterval)) {
        const auto millis = parse_number<int>(text.substr(kInterval.size()));
        if (millis && *millis >= 1 && *millis <= kIntervalMillisMax) {
            return storage::FsyncMode{.when = When::kInterval, .interval = Milliseconds{*millis}};
        }
    }
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("\"{}\" is not known; --fsync is always, never or interval:MILLISECONDS (1 to {})", text,
                    kIntervalMillisMax));
}

std::string fsync_promise(const storage::FsyncMode& mode) {
    using When = storage::FsyncMode::When;
    switch (mode.when) {
        case When::kAlways:
            return "acknowledged writes survive kill -9 and power loss";
        case When::kInterval:
            return fmt::format(
                "acknowledged writes survive kill -9; a power loss may take those of the last {} ms",
                mode.interval.count());
        case When::kNever:
            return "acknowledged writes survive kill -9; a power loss may take any of them: for tests only";
    }
    return {};
}

}  // namespace millrace::app
