#include "cli/console.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include "base/utf8.h"

namespace millrace::cli {
namespace {

constexpr std::string_view kColumnGap = "   ";
constexpr Milliseconds kRedrawEvery{50};
constexpr std::size_t kBarWidth = 30;

std::string_view escape_of(Colour colour) {
    switch (colour) {
        case Colour::kGreen:
            return "\x1b[32m";
        case Colour::kYellow:
            return "\x1b[33m";
        case Colour::kRed:
            return "\x1b[31m";
        case Colour::kDim:
            return "\x1b[2m";
        case Colour::kBold:
            return "\x1b[1m";
        case Colour::kNone:
            break;
    }
    return {};
}

std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8_length(row[i]));
    }
    return widths;
}

std::string format_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        line += row[i];
        if (i + 1 == row.size()) break;
        line.append(widths[i] - utf8_length(row[i]), ' ').append(kColumnGap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

Console::Console(std::FILE* out) : out_(out), terminal_(::isatty(::fileno(out)) == 1) {
    const char* refused = std::getenv("NO_COLOR");
    colours_ = terminal_ && !(refused && *refused);
}

void Console::line(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), out_);
    std::fputc('\n', out_);
}

void Console::table(const std::vector<std::vector<std::string>>& rows) {
    Colour colour = Colour::kDim;
    for (const std::string& row : format_table(rows)) line(std::exchange(colour, Colour::kNone), row);
}

void Console::diagnose(std::string_view message) {
    flush();
    std::fprintf(stderr, "millrace: %.*s\n", static_cast<int>(message.size()), message.data());
}

bool Console::flush() {
    return std::fflush(out_) == 0 && std::ferror(out_) == 0;
}

std::string Console::paint(Colour colour, std::string_view text) const {
    if (!colours_ || colour == Colour::kNone) return std::string(text);
    return std::string(escape_of(colour)).append(text).append("\x1b[0m");
}

TerminalSize Console::size() const {
    winsize found{};
    if (::ioctl(::fileno(out_), TIOCGWINSZ, &found) != 0 || found.ws_col == 0 || found.ws_row == 0)
        return {.columns = 80, .lines = 24};
    return {.columns = found.ws_col, .lines = found.ws_row};
}

Colour colour_of_status(std::string_view status) {
    if (status.find("ROLLBACK") != std::string_view::npos || status.ends_with("FAILED")) return Colour::kRed;
    return status.ends_with("COMPLETE") ? Colour::kGreen : Colour::kYellow;
}

std::vector<std::string> format_table(const std::vector<std::vector<std::string>>& rows) {
    const auto widths = column_widths(rows);
    std::vector<std::string> lines;
    for (const auto& row : rows) lines.push_back(format_row(row, widths));
    return lines;
}

std::string without_controls(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const std::size_t bytes = utf8_sequence_length(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(bytes, 1));
        // U+0080 to U+009F are controls too: U+009B begins an escape sequence.
        const bool control =
            bytes < 2 ? bytes == 0 || character < " " || character >= "\x7f" : character < "\u00a0";
        clean += control ? " " : character;
        text.remove_prefix(character.size());
    }
    return clean;
}

std::string clock_time(WallTime time) {
    const auto seconds = static_cast<std::time_t>(to_millis(time) / 1000);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    return fmt::format("{:02}:{:02}:{:02}.{:03}", parts.tm_hour, parts.tm_min, parts.tm_sec,
                       to_millis(time) % 1000);
}

std::string with_separators(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    return with_separators(count) + " " + std::string{count == 1 ? one : many};
}

std::string bytes_text(std::uint64_t bytes) {
    static constexpr std::array kUnits{"kB", "MB", "GB", "TB"};
    if (bytes < 1000) return fmt::format("{} bytes", bytes);
    double number = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    for (; number >= 999.95 && unit + 1 < kUnits.size(); ++unit) number /= 1000;
    return fmt::format("{:.1f} {}", number, kUnits[unit]);
}

std::string transfer_text(std::uint64_t done, std::uint64_t total, std::chrono::duration<double> took) {
    std::string text = bytes_text(done) + " of " + bytes_text(total);
    if (done == 0 || took.count() <= 0) return text;
    const double rate = static_cast<double>(done) / took.count();
    const double left = static_cast<double>(total - std::min(done, total)) / rate;
    return text + fmt::format(", {}/s, {:.0f} s left", bytes_text(static_cast<std::uint64_t>(rate)), left);
}

ProgressBar::ProgressBar(std::string what, std::uint64_t total)
    : what_(std::move(what)), total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressBar::update(std::uint64_t done, std::string_view detail) {
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - last_ < kRedrawEvery) return;
    last_ = now;
    shown_ = true;
    if (total_ == 0) {
        fmt::print(stderr, "\r\x1b[K{} {}", what_, with_separators(done));
    } else {
        const std::size_t filled = std::min<std::size_t>(kBarWidth * done / total_, kBarWidth);
        fmt::print(stderr, "\r\x1b[K{} [{}{}] {:3}%  {}", what_, std::string(filled, '='),
                   std::string(kBarWidth - filled, ' '), std::min<std::uint64_t>(100 * done / total_, 100),
                   detail);
    }
    std::fflush(stderr);
}

}  // namespace millrace::cli
