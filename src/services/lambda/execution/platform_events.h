#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// From which SystemLogLevel on an event is logged.
enum class SystemLevel { kDebug, kInfo, kWarn };

/// What the platform says of a process and its invocations, in AWS's schema of events ("2022-12-13").
struct PlatformEvent {
    std::string_view type;  ///< "platform.start"
    SystemLevel level = SystemLevel::kInfo;
    std::string record;     ///< JSON
    std::string line = {};  ///< what a log in plain text has of it; empty: nothing
};

struct InvocationReport {
    std::chrono::microseconds duration{};
    int memory_mb = 0;
    std::uint64_t memory_used_bytes = 0;
    std::optional<std::chrono::microseconds> init_duration;  ///< only on a cold start
    bool provisioned = false;                                ///< its initialization is billed apart
    std::string_view status;                                 ///< empty, "timeout" or "error"
    std::string_view error_type = {};                        ///< "Runtime.ExitError", of an error
};

[[nodiscard]] PlatformEvent init_start_event(const Function& function, bool provisioned);
/// How an initialization ended.
struct InitReport {
    std::chrono::microseconds duration{};
    bool provisioned = false;
    std::string_view status;           ///< "success", "timeout" or "error"
    std::string_view error_type = {};  ///< of an error
};
[[nodiscard]] PlatformEvent init_runtime_done_event(const InitReport& report);
[[nodiscard]] PlatformEvent init_report_event(const InitReport& report);
/// Of one that is ready.
[[nodiscard]] PlatformEvent extension_event(std::string_view name,
                                            const std::vector<std::string_view>& events);
[[nodiscard]] PlatformEvent telemetry_subscription_event(std::string_view name,
                                                         const std::vector<std::string>& types);
[[nodiscard]] PlatformEvent start_event(std::string_view request_id, std::string_view version);
[[nodiscard]] PlatformEvent runtime_done_event(std::string_view request_id, const InvocationReport& report);
[[nodiscard]] PlatformEvent report_event(std::string_view request_id, const InvocationReport& report);

}  // namespace millrace::lambda
