#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "ports/log_sink.h"
#include "services/lambda/execution/platform_events.h"
#include "services/lambda/execution/telemetry.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

inline constexpr std::size_t kLogTailBytesMax = 4096;
/// What our bootstraps print for the line breaks in a record, which would end it: a vertical tab.
inline constexpr char kBreakInRecord = '\v';

/// What one process of a function logs: its own lines and the platform's, tagged with the invocation they
/// belong to; in plain text, or in JSON with the levels of the function's LoggingConfig obeyed. The sink and
/// the clock must outlive it.
class InvocationLog {
  public:
    InvocationLog(const Function& function, std::string stream, ports::LogSink& sink, const Clock& clock);

    void begin(std::string request_id, bool keep_tail);
    void end() { request_id_.clear(); }
    /// A line that the function printed, or a record of several lines with kBreakInRecord between them. One
    /// that is JSON and names a level below the function's is dropped.
    void output(std::string_view text);
    /// A sentence for people, about what went wrong.
    void platform(std::string_view text);
    void event(const PlatformEvent& event);
    /// A line that an extension printed.
    void extension_output(std::string_view text);
    /// Hears of everything, before any level is looked at. It must outlive the log, or be taken away.
    void tell(Telemetry* telemetry) { telemetry_ = telemetry; }

    [[nodiscard]] const std::string& stream() const { return prototype_.stream; }
    [[nodiscard]] std::string tail() const;

  private:
    void write(std::string_view text, bool platform);
    [[nodiscard]] bool is_below_level(std::string_view line) const;

    void tell_line(std::string_view kind, std::string_view text);

    ports::LogSink& sink_;
    const Clock& clock_;
    ports::LogLine prototype_;
    const bool json_;
    const bool has_our_bootstrap_;
    const int application_level_;  ///< only with json_
    const SystemLevel system_level_;
    Telemetry* telemetry_ = nullptr;
    std::string request_id_;
    bool keep_tail_ = false;
    std::string tail_;
};

/// "2026/11/23/[$LATEST]<32 hex digits>"
[[nodiscard]] std::string log_stream_name(WallTime now, std::string_view version, std::string_view uuid);

}  // namespace millrace::lambda
