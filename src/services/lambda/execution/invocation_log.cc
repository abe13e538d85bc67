#include "services/lambda/execution/invocation_log.h"

#include <cmath>
#include <fmt/format.h>

namespace millrace::lambda {

InvocationLog::InvocationLog(const Function& function, std::string stream, ports::LogSink& sink,
                             const Clock& clock)
    : sink_(sink),
      clock_(clock),
      prototype_{.scope = function.scope,
                 .function = function.name,
                 .group = function.log_group,
                 .stream = std::move(stream)} {}

void InvocationLog::begin(std::string request_id, bool keep_tail) {
    request_id_ = std::move(request_id);
    keep_tail_ = keep_tail;
    tail_.clear();
}

void InvocationLog::write(std::string_view text, bool platform) {
    if (keep_tail_) {
        tail_ += text;
        tail_ += '\n';
        if (tail_.size() > 4 * kLogTailBytesMax) tail_.erase(0, tail_.size() - kLogTailBytesMax);
    }
    ports::LogLine line = prototype_;
    line.request_id = request_id_;
    line.platform = platform;
    line.time = clock_.now();
    line.text = text;
    sink_.write(std::move(line));
}

void InvocationLog::report(const InvocationReport& report) {
    const double millis = static_cast<double>(report.duration.count()) / 1000.0;
    constexpr std::uint64_t kMebibyte = 1024 * 1024;
    std::string text = fmt::format(
        "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory "
        "Used: {} MB",
        request_id_, millis, static_cast<std::int64_t>(std::ceil(millis)), report.memory_mb,
        (report.memory_used_bytes + kMebibyte - 1) / kMebibyte);
    if (report.init_duration) {
        text += fmt::format("\tInit Duration: {:.2f} ms",
                            static_cast<double>(report.init_duration->count()) / 1000.0);
    }
    if (!report.status.empty()) text += fmt::format("\tStatus: {}", report.status);
    platform(text);
}

std::string InvocationLog::tail() const {
    return tail_.size() <= kLogTailBytesMax ? tail_ : tail_.substr(tail_.size() - kLogTailBytesMax);
}

std::string log_stream_name(WallTime now, std::string_view version, std::string_view uuid) {
    std::string digits{uuid};
    std::erase(digits, '-');
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(now)};
    return fmt::format("{:04}/{:02}/{:02}/[{}]{}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), version, digits);
}

}  // namespace millrace::lambda
