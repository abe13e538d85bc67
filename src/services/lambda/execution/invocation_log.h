#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "ports/log_sink.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

inline constexpr std::size_t kLogTailBytesMax = 4096;

struct InvocationReport {
    std::chrono::microseconds duration{};
    int memory_mb = 0;
    std::uint64_t memory_used_bytes = 0;
    std::optional<std::chrono::microseconds> init_duration;  ///< only on a cold start
    std::string_view status;                                 ///< empty, "timeout" or "error"
};

/// What one process of a function logs: its own lines and the platform's, tagged with the invocation they
/// belong to. The sink and the clock must outlive it.
class InvocationLog {
  public:
    InvocationLog(const Function& function, std::string stream, ports::LogSink& sink, const Clock& clock);

    void begin(std::string request_id, bool keep_tail);
    void end() { request_id_.clear(); }
    void output(std::string_view text) { write(text, false); }
    void platform(std::string_view text) { write(text, true); }
    void report(const InvocationReport& report);

    [[nodiscard]] const std::string& stream() const { return prototype_.stream; }
    [[nodiscard]] std::string tail() const;

  private:
    void write(std::string_view text, bool platform);

    ports::LogSink& sink_;
    const Clock& clock_;
    ports::LogLine prototype_;
    std::string request_id_;
    bool keep_tail_ = false;
    std::string tail_;
};

/// "2026/11/23/[$LATEST]<32 hex digits>"
[[nodiscard]] std::string log_stream_name(WallTime now, std::string_view version, std::string_view uuid);

}  // namespace millrace::lambda
