#pragma once

#include <memory>
#include <vector>

#include "cli/command.h"

namespace millrace::cli {

std::unique_ptr<Command> make_deploy();
std::unique_ptr<Command> make_destroy();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_put();
std::unique_ptr<Command> make_tail();
std::unique_ptr<Command> make_logs();
std::unique_ptr<Command> make_invoke();
std::unique_ptr<Command> make_replay();
std::unique_ptr<Command> make_env();
std::unique_ptr<Command> make_backup();
std::unique_ptr<Command> make_faults();

/// All of them, in the order of --help.
[[nodiscard]] std::vector<std::unique_ptr<Command>> make_commands();

}  // namespace millrace::cli
