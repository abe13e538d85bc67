#include "services/lambda/execution/invocation_log.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "codec/timestamp.h"

namespace millrace::lambda {

namespace {

constexpr std::array<std::string_view, 6> kApplicationLevels{"TRACE", "DEBUG", "INFO",
                                                             "WARN",  "ERROR", "FATAL"};

int level_of(std::string_view name) {
    return static_cast<int>(std::ranges::find(kApplicationLevels, name) - kApplicationLevels.begin());
}

SystemLevel system_level_of(std::string_view name) {
    if (name == "DEBUG") return SystemLevel::kDebug;
    return name == "WARN" ? SystemLevel::kWarn : SystemLevel::kInfo;
}

}  // namespace

InvocationLog::InvocationLog(const Function& function, std::string stream, ports::LogSink& sink,
                             const Clock& clock)
    : sink_(sink),
      clock_(clock),
      prototype_{.scope = function.scope,
                 .function = function.name,
                 .group = function.log_group,
                 .stream = std::move(stream)},
      json_(function.json_logs),
      has_our_bootstrap_(function.runtime.starts_with("python") || function.runtime.starts_with("nodejs") ||
                         function.runtime.starts_with("ruby")),
      application_level_(level_of(function.application_log_level)),
      system_level_(system_level_of(function.system_log_level)) {}

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

// In JSON what a function printed is the record itself, if it is JSON.
void InvocationLog::tell_line(std::string_view kind, std::string_view text) {
    if (telemetry_ == nullptr) return;
    if (json_ && text.starts_with('{') && codec::parse_json(text)) return telemetry_->add(kind, kind, text);
    std::string record;
    codec::JsonWriter(record).string(text);
    telemetry_->add(kind, kind, record);
}

void InvocationLog::extension_output(std::string_view text) {
    tell_line("extension", text);
    write(text, false);
}

void InvocationLog::output(std::string_view text) {
    std::string record;
    if (has_our_bootstrap_ && text.contains(kBreakInRecord)) {
        record = text;
        std::ranges::replace(record, kBreakInRecord, '\n');
        text = record;
    }
    tell_line("function", text);
    if (!json_ || !is_below_level(text)) write(text, false);
}

void InvocationLog::platform(std::string_view text) {
    if (!json_) return write(text, true);
    std::string line;
    codec::JsonWriter json(line);
    json.begin_object().key("timestamp").string(codec::format_iso8601(clock_.now()));
    json.key("level").string("ERROR").key("message").string(text);
    if (!request_id_.empty()) json.key("requestId").string(request_id_);
    json.end_object();
    write(line, true);
}

void InvocationLog::event(const PlatformEvent& event) {
    if (telemetry_ != nullptr) telemetry_->add("platform", event.type, event.record);
    if (!json_) {
        if (!event.line.empty()) write(event.line, true);
        return;
    }
    if (event.level < system_level_) return;
    std::string line;
    codec::JsonWriter(line)
        .begin_object()
        .key("time")
        .string(codec::format_iso8601(clock_.now()))
        .key("type")
        .string(event.type)
        .key("record")
        .raw(event.record)
        .end_object();
    write(line, true);
}

bool InvocationLog::is_below_level(std::string_view line) const {
    if (!line.starts_with('{')) return false;
    const auto json = codec::parse_json(line);
    if (!json || !json->is_object()) return false;
    const codec::Json* level = json->get_object().if_contains("level");
    if (level == nullptr || !level->is_string()) return false;
    const auto found = std::ranges::find(kApplicationLevels, std::string_view(level->get_string()));
    return found - kApplicationLevels.begin() < application_level_;  // words that are no level are above all
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
