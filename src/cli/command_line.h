#pragma once

#include <string>

namespace CLI {
class App;
}

namespace millrace::cli {

/// A mistake in the command line, as shells have it. Failures of what was asked are 1.
inline constexpr int kUsageStatus = 2;

/// A check for CLI11: what is wrong with a port as it was typed, or nothing.
[[nodiscard]] std::string check_port(const std::string& text);

/// Adds the commands that talk to a server, and --version. The chosen command runs during parsing and leaves
/// its exit status in `status`, which must outlive that.
void add_commands(CLI::App& app, int& status);

/// Parses, and so runs the command. Help and version go to stdout, a mistake is one sentence on stderr that
/// names the right flag or command where one is near; without a command the help goes there. Returns the
/// program's exit status: `status`, or kUsageStatus.
[[nodiscard]] int run_command_line(CLI::App& app, int argc, char** argv, const int& status);

}  // namespace millrace::cli
