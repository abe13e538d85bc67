#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/session.h"

namespace millrace::cli {

struct DeployRequest {
    /// "KEY=VALUE" each.
    Result<> set_parameters(const std::vector<std::string>& texts);

    std::string template_path;
    std::string stack_name;
    std::map<std::string, std::string> parameters;
    /// Told of what is deployed, before it is read: this template, those of nested stacks, and what layers
    /// are made of.
    std::function<void(const std::string& path)> reads = [](const std::string&) {};
    bool shares_terminal = false;  ///< others write to it as well
};

/// The stack's name when none was given: the template's file name without its ending, made a name that
/// CloudFormation takes: letters, digits and hyphens, beginning with a letter.
[[nodiscard]] std::string default_stack_name(const std::string& template_path);

/// Creates or updates the stack, shows what happens, then its outputs. Parameters that are not given keep the
/// value that the stack has, or take the template's default. Returns the exit status: 0 also when there was
/// nothing to change.
int deploy(Session& session, const DeployRequest& request);

/// Deletes the stack and shows what happens. Returns the exit status.
int destroy(Session& session, const std::string& stack_name);

}  // namespace millrace::cli
