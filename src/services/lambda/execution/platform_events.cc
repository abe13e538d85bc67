#include "services/lambda/execution/platform_events.h"

#include <cmath>
#include <fmt/format.h>

#include "codec/json_writer.h"

namespace millrace::lambda {

namespace {

using codec::JsonWriter;

double millis(std::chrono::microseconds duration) {
    return static_cast<double>(duration.count()) / 1000.0;
}

// As AWS writes it: with two digits behind the point.
void write_millis(JsonWriter& json, std::string_view key, std::chrono::microseconds duration) {
    json.key(key).number(std::round(millis(duration) * 100) / 100);
}

/// With the initialization, of every runtime since August 2025.
std::int64_t billed_millis(const InvocationReport& report) {
    std::chrono::microseconds billed = report.duration;
    if (report.init_duration && !report.provisioned) billed += *report.init_duration;
    return static_cast<std::int64_t>(std::ceil(millis(billed)));
}

std::uint64_t mebibytes(std::uint64_t bytes) {
    constexpr std::uint64_t kMebibyte = 1024 * 1024;
    return (bytes + kMebibyte - 1) / kMebibyte;
}

std::string_view initialization_type(bool provisioned) {
    return provisioned ? "provisioned-concurrency" : "on-demand";
}

std::string_view status_of(const InvocationReport& report) {
    return report.status.empty() ? "success" : report.status;
}

std::string report_line(std::string_view request_id, const InvocationReport& report) {
    std::string text = fmt::format(
        "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory "
        "Used: {} MB",
        request_id, millis(report.duration), billed_millis(report), report.memory_mb,
        mebibytes(report.memory_used_bytes));
    if (report.init_duration)
        text += fmt::format("\tInit Duration: {:.2f} ms", millis(*report.init_duration));
    if (!report.status.empty()) text += fmt::format("\tStatus: {}", report.status);
    if (!report.error_type.empty()) text += fmt::format("\tError Type: {}", report.error_type);
    return text;
}

// Of an initialization that went well the first REPORT says how long it took.
std::string init_report_line(const InitReport& report) {
    if (report.status == "success") return {};
    std::string text = fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: init\tStatus: {}",
                                   millis(report.duration), report.status);
    if (!report.error_type.empty()) text += fmt::format("\tError Type: {}", report.error_type);
    return text;
}

void write_error_type(JsonWriter& json, std::string_view error_type) {
    if (!error_type.empty()) json.key("errorType").string(error_type);
}

void begin_init_record(JsonWriter& json, const InitReport& report) {
    json.begin_object();
    json.key("initializationType").string(initialization_type(report.provisioned));
    json.key("phase").string("init").key("status").string(report.status);
    write_error_type(json, report.error_type);
}

}  // namespace

PlatformEvent init_start_event(const Function& function, bool provisioned) {
    PlatformEvent event{.type = "platform.initStart", .record = {}};
    JsonWriter json(event.record);
    json.begin_object().key("initializationType").string(initialization_type(provisioned));
    json.key("phase").string("init").key("runtimeVersion").string(function.runtime);
    json.key("functionName").string(function.name).key("functionVersion").string(function.version);
    json.end_object();
    return event;
}

PlatformEvent init_runtime_done_event(const InitReport& report) {
    PlatformEvent event{.type = "platform.initRuntimeDone",
                        .level = report.status == "success" ? SystemLevel::kDebug : SystemLevel::kWarn,
                        .record = {}};
    JsonWriter json(event.record);
    begin_init_record(json, report);
    json.end_object();
    return event;
}

PlatformEvent init_report_event(const InitReport& report) {
    const bool usual = !report.provisioned && report.status == "success";
    PlatformEvent event{.type = "platform.initReport",
                        .level = usual ? SystemLevel::kDebug : SystemLevel::kInfo,
                        .record = {},
                        .line = init_report_line(report)};
    JsonWriter json(event.record);
    begin_init_record(json, report);
    json.key("metrics").begin_object();
    write_millis(json, "durationMs", report.duration);
    json.end_object().end_object();
    return event;
}

PlatformEvent extension_event(std::string_view name, const std::vector<std::string_view>& events) {
    PlatformEvent event{
        .type = "platform.extension",
        .record = {},
        .line = fmt::format("EXTENSION Name: {} State: Ready Events: [{}]", name, fmt::join(events, ","))};
    JsonWriter json(event.record);
    json.begin_object().key("name").string(name).key("state").string("Ready");
    json.key("events").begin_array();
    for (const std::string_view one : events) json.string(one);
    json.end_array().end_object();
    return event;
}

PlatformEvent telemetry_subscription_event(std::string_view name, const std::vector<std::string>& types) {
    PlatformEvent event{
        .type = "platform.telemetrySubscription",
        .record = {},
        .line = fmt::format("TELEMETRY Name: {} State: Subscribed Types: [{}]", name, fmt::join(types, ","))};
    JsonWriter json(event.record);
    json.begin_object().key("name").string(name).key("state").string("Subscribed");
    json.key("types").begin_array();
    for (const std::string& type : types) json.string(type);
    json.end_array().end_object();
    return event;
}

PlatformEvent start_event(std::string_view request_id, std::string_view version) {
    PlatformEvent event{.type = "platform.start",
                        .record = {},
                        .line = fmt::format("START RequestId: {} Version: {}", request_id, version)};
    JsonWriter json(event.record);
    json.begin_object().key("requestId").string(request_id).key("version").string(version).end_object();
    return event;
}

PlatformEvent runtime_done_event(std::string_view request_id, const InvocationReport& report) {
    PlatformEvent event{.type = "platform.runtimeDone",
                        .level = report.status.empty() ? SystemLevel::kDebug : SystemLevel::kWarn,
                        .record = {},
                        .line = fmt::format("END RequestId: {}", request_id)};
    JsonWriter json(event.record);
    json.begin_object().key("requestId").string(request_id).key("status").string(status_of(report));
    write_error_type(json, report.error_type);
    json.key("metrics").begin_object();
    write_millis(json, "durationMs", report.duration);
    json.end_object().end_object();
    return event;
}

PlatformEvent report_event(std::string_view request_id, const InvocationReport& report) {
    PlatformEvent event{.type = "platform.report",
                        .level = report.status.empty() ? SystemLevel::kInfo : SystemLevel::kWarn,
                        .record = {},
                        .line = report_line(request_id, report)};
    JsonWriter json(event.record);
    json.begin_object().key("requestId").string(request_id).key("metrics").begin_object();
    write_millis(json, "durationMs", report.duration);
    json.key("billedDurationMs").integer(billed_millis(report));
    json.key("memorySizeMB").integer(report.memory_mb);
    json.key("maxMemoryUsedMB").unsigned_integer(mebibytes(report.memory_used_bytes));
    if (report.init_duration) write_millis(json, "initDurationMs", *report.init_duration);
    json.end_object().key("status").string(status_of(report));
    write_error_type(json, report.error_type);
    json.end_object();
    return event;
}

}  // namespace millrace::lambda
