#include "base/log.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/line_writer.h"
#include "base/time.h"
#include "base/utf8.h"

namespace millrace {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

/// Bytes at the text's beginning that stand in JSON as they are: looks at eight at a time, and stops before
/// the first eight that hold another.
std::size_t plain_words(std::string_view text) {
    constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
    constexpr std::uint64_t kHighs = 0x80 * kOnes;
    const auto has_below = [](std::uint64_t word, unsigned char bound) {
        return (word - kOnes * bound) & ~word & kHighs;  // for bounds up to 0x80
    };
    std::size_t plain = 0;
    for (; text.size() - plain >= sizeof(std::uint64_t); plain += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + plain, sizeof word);
        const std::uint64_t other = (word & kHighs) | has_below(word, 0x20) |
                                    has_below(word ^ kOnes * '"', 1) | has_below(word ^ kOnes * '\\', 1);
        if (other != 0) break;
    }
    return plain;
}

std::string timestamp() {
    const WallTime now = SystemClock{}.now();
    const auto seconds = std::chrono::floor<Seconds>(now);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), (now - seconds).count());
}

std::string json_line(std::string_view level, std::string_view message, LogFields fields) {
    std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":)", timestamp(), level);
    append_json_string(line, message);
    for (const auto& [name, value] : fields) {
        line += ',';
        append_json_string(line, name);
        line += ':';
        append_json_string(line, value);
    }
    return line += '}';
}

std::string plain_line(std::string_view level, std::string_view message, LogFields fields) {
    std::string line = fmt::format("{} {:5} {}", timestamp(), level, message);
    for (const auto& [name, value] : fields) line += fmt::format("  {}={}", name, value);
    return line;
}

/// ASCII that stands for itself in a JSON string.
bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

void write(LogLevel level, std::string_view message, LogFields fields) {
    static const bool terminal = isatty(STDOUT_FILENO) != 0;
    const auto name = kLevelNames[static_cast<std::size_t>(level)];
    write_stdout_line(terminal ? plain_line(name, message, fields) : json_line(name, message, fields));
}

}  // namespace

void set_log_level(LogLevel level) {
    minimum_level = level;
}

void log(LogLevel level, std::string_view message, LogFields fields) {
    if (level >= minimum_level.load(std::memory_order_relaxed)) write(level, message, fields);
}

void announce(std::string_view message, LogFields fields) {
    write(LogLevel::kInfo, message, fields);
}

void write_stdout_line(std::string_view line) {
    static LineWriter writer{STDOUT_FILENO};
    writer.write(line);
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        std::size_t plain = plain_words(text);
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;

        const auto c = static_cast<unsigned char>(text.front());
        if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c < 0x20) {
            out += fmt::format("\\u{:04x}", c);
        } else if (const std::size_t length = utf8_sequence_length(text); length == 0) {
            out += "\xEF\xBF\xBD";
        } else {
            out += text.substr(0, length);
            text.remove_prefix(length);
            continue;
        }
        text.remove_prefix(1);
    }
    out += '"';
}

}  // namespace millrace
