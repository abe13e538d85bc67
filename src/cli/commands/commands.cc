#include "cli/commands/commands.h"

namespace millrace::cli {

std::vector<std::unique_ptr<Command>> make_commands() {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_deploy());
    commands.push_back(make_destroy());
    commands.push_back(make_status());
    commands.push_back(make_put());
    commands.push_back(make_tail());
    commands.push_back(make_logs());
    commands.push_back(make_invoke());
    commands.push_back(make_replay());
    commands.push_back(make_env());
    commands.push_back(make_backup());
    commands.push_back(make_faults());
    return commands;
}

}  // namespace millrace::cli
