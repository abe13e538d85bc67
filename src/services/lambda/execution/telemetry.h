#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "services/lambda/execution/sandbox_host.h"
#include "services/lambda/runtime_api/telemetry_api.h"

namespace millrace::lambda {

/// Of a subscriber who takes nothing, until the oldest is dropped (and platform.logsDropped says so).
inline constexpr std::size_t kTelemetryBacklogBytesMax = 4 * 1024 * 1024;

/// Sends what a sandbox logs to the extensions that subscribed to it, in batches.
class Telemetry {
  public:
    /// Everything must outlive it.
    Telemetry(Executor& home, const Clock& clock, SandboxHost& host);
    ~Telemetry();
    Telemetry(const Telemetry&) = delete;
    Telemetry& operator=(const Telemetry&) = delete;

    /// A second subscription of the same extension replaces the first. A new subscriber hears of the start,
    /// which was before anybody could subscribe.
    void subscribe(const std::string& extension, TelemetrySubscription subscription);
    /// `kind`: "platform", "function", "extension"; `type`: the event's; `record`: JSON.
    void add(std::string_view kind, std::string_view type, std::string_view record);
    /// Sends what waits.
    void flush();

  private:
    struct Subscriber;
    void put(Subscriber& subscriber, std::string event);
    void send(Subscriber& subscriber);
    void sent(Subscriber& subscriber, bool delivered);
    [[nodiscard]] static bool wants(const Subscriber& subscriber, std::string_view kind);
    [[nodiscard]] std::string event(std::string_view type, std::string_view record) const;

    Executor& home_;
    const Clock& clock_;
    SandboxHost& host_;
    std::string start_;  ///< platform.initStart, for those who come later
    std::vector<std::unique_ptr<Subscriber>> subscribers_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
