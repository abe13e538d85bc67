#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace millrace::lambda {

/// What a subscriber of the Telemetry API (2022-07-01) asks for.
struct TelemetrySubscription {
    std::uint16_t port = 0;  ///< of this machine: AWS's "sandbox.localdomain"
    std::string path;
    std::vector<std::string> types;  ///< of "platform", "function", "extension"
    // A batch goes out when one of these is reached.
    std::size_t items_max = 10'000;
    std::size_t bytes_max = 262'144;
    Milliseconds wait_max{1'000};
};

inline constexpr std::string_view kTelemetryPath = "/2022-07-01/telemetry";
inline constexpr std::string_view kLogsPath = "/2020-08-15/logs";

/// Reads the body of a subscription. The error is a sentence for whoever sent it.
[[nodiscard]] std::expected<TelemetrySubscription, std::string> read_subscription(std::string_view body);

}  // namespace millrace::lambda
