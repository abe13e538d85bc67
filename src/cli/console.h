#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace millrace::cli {

enum class Colour { kNone, kGreen, kYellow, kRed, kDim, kBold };

struct TerminalSize {
    std::size_t columns;
    std::size_t lines;
};

/// Output for people and programs on stdout, diagnostics on stderr. Colours only on a terminal, and not with
/// NO_COLOR.
class Console {
  public:
    /// A stream that stays open.
    explicit Console(std::FILE* out = stdout);

    void line(std::string_view text);
    void line(Colour colour, std::string_view text) { line(paint(colour, text)); }
    /// Columns as wide as their widest cell; the first row is the heading.
    void table(const std::vector<std::vector<std::string>>& rows);
    void diagnose(std::string_view message);
    /// What was printed so far is visible; false when some of it could not be written.
    bool flush();

    [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;
    [[nodiscard]] bool terminal() const { return terminal_; }
    /// Of the terminal, now.
    [[nodiscard]] TerminalSize size() const;

  private:
    std::FILE* out_;
    bool terminal_;
    bool colours_;
};

/// Green for what is complete, yellow for what is under way, red for what failed or rolled back.
[[nodiscard]] Colour colour_of_status(std::string_view status);

/// The table's lines.
[[nodiscard]] std::vector<std::string> format_table(const std::vector<std::vector<std::string>>& rows);

/// The text on one line, and harmless to a terminal: a blank for each control character, and for each byte
/// that is not UTF-8.
[[nodiscard]] std::string without_controls(std::string_view text);

/// "10:15:30.123", local time.
[[nodiscard]] std::string clock_time(WallTime time);

/// "1,234,567".
[[nodiscard]] std::string with_separators(std::uint64_t number);

/// "1 file", "2,000 files".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

/// "999 bytes", "1.2 GB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

/// How a transfer goes: "1.2 GB of 3.4 GB, 210.0 MB/s, 11 s left"; without what cannot be known yet.
[[nodiscard]] std::string transfer_text(std::uint64_t done, std::uint64_t total,
                                        std::chrono::duration<double> took);

/// One line on stderr that shows how far a long piece of work is; nothing when that is not a terminal. Gone
/// when destroyed.
class ProgressBar {
  public:
    /// Total 0: unknown.
    ProgressBar(std::string what, std::uint64_t total);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();
    /// The detail stands behind the bar.
    void update(std::uint64_t done, std::string_view detail = {});

  private:
    std::string what_;
    std::uint64_t total_;
    bool terminal_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point last_;
};

}  // namespace millrace::cli
