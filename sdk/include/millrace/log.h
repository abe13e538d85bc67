#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

/// Lines of JSON on stdout, with the members that AWS's own runtimes write: timestamp, level, requestId,
/// message.
namespace millrace::lambda {

enum class Level { kTrace, kDebug, kInfo, kWarn, kError, kFatal };

namespace detail {

constexpr std::string_view kLevels[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

/// Of the invocation that runs; run() sets it.
inline std::string& current_request_id() {
    static std::string id;
    return id;
}

/// AWS_LAMBDA_LOG_LEVEL, which the function's LoggingConfig sets; INFO without.
inline Level least_level() {
    static const Level kLeast = [] {
        const char* wanted = std::getenv("AWS_LAMBDA_LOG_LEVEL");
        for (std::size_t i = 0; wanted != nullptr && i < std::size(kLevels); ++i) {
            if (kLevels[i] == wanted) return static_cast<Level>(i);
        }
        return Level::kInfo;
    }();
    return kLeast;
}

inline std::string now_iso8601() {
    const auto now =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char date[32];
    const std::size_t length = std::strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
    char millis[8];
    std::snprintf(millis, sizeof(millis), ".%03dZ", static_cast<int>(now.time_since_epoch().count() % 1000));
    return std::string(date, length) + millis;
}

}  // namespace detail

/// log(Level::kWarn, "queue refused", {{"queue", url}, {"status", 403}}). Not thread-safe where lines must
/// not mix.
inline void log(Level level, std::string_view message,
                const nlohmann::json& members = nlohmann::json::object()) {
    if (level < detail::least_level()) return;
    nlohmann::ordered_json line{{"timestamp", detail::now_iso8601()},
                                {"level", detail::kLevels[static_cast<std::size_t>(level)]},
                                {"message", message}};
    if (!detail::current_request_id().empty()) line["requestId"] = detail::current_request_id();
    for (const auto& [name, value] : members.items()) line[name] = value;
    // Bytes that are no UTF-8 are replaced: a log line must not end the function.
    const std::string text =
        line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace millrace::lambda
