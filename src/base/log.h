#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

using LogFields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Millrace's own diagnostics: log(LogLevel::kInfo, "listening", {{"port", "4566"}}).
/// One line an event; a JSON object when stdout is not a terminal, plain words when it is. Safe from any
/// thread; a line is written whole.
void log(LogLevel level, std::string_view message, LogFields fields = {});

/// As log() at kInfo, whatever the level: for what others wait for.
void announce(std::string_view message, LogFields fields = {});

/// Drops what is below the level. Default kInfo.
void set_log_level(LogLevel level);

/// Writes a whole line (the newline is added) to stdout, without waiting for its reader (base/line_writer.h).
void write_stdout_line(std::string_view line);

/// The text as a JSON string, with its quotes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace millrace
