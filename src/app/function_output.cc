#include "app/function_output.h"

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

std::string terminal_line(const ports::LogLine& line) {
    constexpr std::string_view kDim = "\033[2m";
    constexpr std::string_view kCyan = "\033[36m";
    constexpr std::string_view kPlain = "\033[0m";
    return fmt::format("{}{}{} | {}{}{}", kCyan, line.function, kPlain, line.platform ? kDim : "", line.text,
                       line.platform ? kPlain : "");
}

}  // namespace

FunctionOutput::FunctionOutput(ports::LogSink& log_groups)
    : log_groups_(log_groups), terminal_(isatty(STDOUT_FILENO) != 0) {}

void FunctionOutput::write(ports::LogLine line) {
    write_stdout_line(terminal_ ? terminal_line(line) : json_line(line));
    log_groups_.write(std::move(line));
}

}  // namespace millrace::app
