#include "app/function_output.h"

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "base/log.h"
#include "codec/timestamp.h"

namespace millrace::app {
namespace {

std::string json_line(const ports::LogLine& line) {
    std::string out = fmt::format(R"({{"time":"{}","function":)", codec::format_iso8601(line.time));
    append_json_string(out, line.function);
    if (!line.request_id.empty()) {
        out += R"(,"requestId":)";
        append_json_string(out, line.request_id);
    }
    if (line.platform) out += R"(,"platform":true)";
    out += R"(,"message":)";
    append_json_string(out, line.text);
    return out += '}';
}

/// The same for a function in every run, and most likely another than its neighbour's.
std::string_view color_of(std::string_view function) {
    constexpr std::array<std::string_view, 10> kColors{"\033[36m", "\033[32m", "\033[33m", "\033[35m",
                                                       "\033[34m", "\033[96m", "\033[92m", "\033[93m",
                                                       "\033[95m", "\033[94m"};
    std::uint32_t sum = 0;
    for (const char c : function) sum = sum * 31 + static_cast<unsigned char>(c);
    return kColors[sum % kColors.size()];
}

/// As many as the record has.
std::string terminal_lines(const ports::LogLine& line) {
    constexpr std::string_view kDim = "\033[2m";
    constexpr std::string_view kPlain = "\033[0m";
    const std::string before =
        fmt::format("{}{}{} | {}", color_of(line.function), line.function, kPlain, line.platform ? kDim : "");
    const std::string_view behind = line.platform ? kPlain : "";
    std::string lines = before;
    for (const char c : line.text) {
        if (c == '\n') {
            lines.append(behind).append("\n").append(before);
        } else {
            lines += c;
        }
    }
    return lines.append(behind);
}

}  // namespace

FunctionOutput::FunctionOutput(ports::LogSink& log_groups)
    : log_groups_(log_groups), terminal_(isatty(STDOUT_FILENO) != 0) {}

void FunctionOutput::write(ports::LogLine line) {
    write_stdout_line(terminal_ ? terminal_lines(line) : json_line(line));
    log_groups_.write(std::move(line));
}

}  // namespace millrace::app
