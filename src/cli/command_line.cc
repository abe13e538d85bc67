#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <memory>

#include "base/number.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/session.h"
#include "cli/suggest.h"

namespace millrace::cli {

void Arguments::positional(const char* name, std::string& value, const char* help) {
    command_.add_option(name, value, help)->required();
}

void Arguments::optional_positional(const char* name, std::string& value, const char* help) {
    command_.add_option(name, value, help);
}

void Arguments::option(const char* flags, const char* type, std::string& value, const char* help) {
    CLI::Option* option = command_.add_option(flags, value, help)->type_name(type);
    if (!value.empty()) option->capture_default_str();
}

void Arguments::option(const char* flags, const char* type, std::optional<std::string>& value,
                       const char* help) {
    command_.add_option(flags, value, help)->type_name(type);
}

void Arguments::repeated(const char* flags, const char* type, std::vector<std::string>& values,
                         const char* help) {
    command_.add_option(flags, values, help)
        ->type_name(type)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Arguments::port(const char* flags, std::uint16_t& value, const char* help) {
    command_.add_option(flags, value, help)->type_name("NUMBER")->check(check_port);
}

void Arguments::number(const char* flags, std::size_t& value, std::size_t max, const char* help) {
    CLI::Option* option = command_.add_option(flags, value, help)->type_name("NUMBER");
    option->check([max](const std::string& text) {
        const auto number = parse_number<std::size_t>(text);
        const bool good = number && *number >= 1 && *number <= max;
        return good ? std::string() : fmt::format("\"{}\" is not a number from 1 to {}", text, max);
    });
    if (value != 0) option->capture_default_str();
}

void Arguments::flag(const char* flags, bool& value, const char* help) {
    command_.add_flag(flags, value, help);
}

std::string check_port(const std::string& text) {
    if (parse_number<std::uint16_t>(text)) return {};
    return "\"" + text + "\" is not a port (0 to 65535)";
}

namespace {

/// Shared by the callback and the parser: what was given, and the command it is given to.
struct Prepared {
    std::unique_ptr<Command> command;
    SessionOptions options;
};

void add_command(CLI::App& app, std::unique_ptr<Command> command, int& status) {
    CLI::App* sub = app.add_subcommand(command->name(), command->summary());
    auto prepared = std::make_shared<Prepared>(std::move(command), default_session_options());
    Arguments arguments(*sub);
    prepared->command->declare(arguments);
    arguments.option("--endpoint-url", "URL", prepared->options.endpoint_url,
                     "where the server is (or AWS_ENDPOINT_URL)");
    if (prepared->command->has_region()) {
        arguments.option("--region", "REGION", prepared->options.region,
                         "the region to work in (or AWS_REGION)");
    }
    arguments.flag("--json", prepared->options.json, "print JSON, for programs");
    sub->footer(std::string("Examples:\n") + prepared->command->examples());
    sub->callback([prepared, &status] { status = run_in_session(*prepared->command, prepared->options); });
}

std::vector<std::string> known_flags(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    }
    return names;
}

std::vector<std::string> known_commands(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(sub->get_name());
    return names;
}

/// The commands that have the flag: "millrace serve, millrace up".
std::string commands_with(const CLI::App& root, const std::string& flag) {
    std::string names;
    for (const CLI::App* sub : root.get_subcommands([](const CLI::App*) { return true; })) {
        const auto flags = known_flags(*sub);
        if (std::find(flags.begin(), flags.end(), flag) == flags.end()) continue;
        names += (names.empty() ? "millrace " : ", millrace ") + sub->get_name();
    }
    return names;
}

/// The first argument that nothing took, explained.
std::string explain_extra(const CLI::App& app, const std::string& extra, bool in_command) {
    const std::string flag = extra.substr(0, extra.find('='));
    const bool is_flag = flag.starts_with('-');
    std::string what = is_flag ? "there is no flag " + flag
                               : (in_command ? "unexpected argument \"" + extra + "\""
                                             : "there is no command \"" + extra + "\"");
    if (!is_flag && in_command) return what;
    if (is_flag && !in_command)
        return what + " before the command; flags follow it, as in millrace serve --port 4567";
    const CLI::App* root = app.get_parent();
    if (const std::string others = is_flag && root ? commands_with(*root, flag) : ""; !others.empty())
        return what + "; it belongs to " + others;
    const std::string near = nearest(flag, is_flag ? known_flags(app) : known_commands(app));
    if (!near.empty()) what += "; did you mean " + near + "?";
    return what;
}

int explain(const CLI::App& app, const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    const CLI::App& place = chosen.empty() ? app : *chosen.front();
    std::vector<std::string> extras = place.remaining();
    const bool in_command = !chosen.empty() && !extras.empty();
    if (extras.empty()) extras = app.remaining();
    const std::string name = chosen.empty() ? "millrace" : "millrace " + place.get_name();
    const std::string what =
        extras.empty() ? error.what() : explain_extra(in_command ? place : app, extras.front(), in_command);
    if (chosen.empty() && extras.empty()) {
        std::fprintf(stderr, "millrace: a command is needed\n\n%s", app.help().c_str());
        return kUsageStatus;
    }
    std::fprintf(stderr, "%s: %s\nTry \"%s --help\".\n", name.c_str(), what.c_str(), name.c_str());
    return kUsageStatus;
}

bool has_command(const CLI::App& app, std::string_view name) {
    return !app.get_subcommands([name](const CLI::App* one) { return one->get_name() == name; }).empty();
}

}  // namespace

void add_commands(CLI::App& app, int& status) {
    app.set_version_flag("--version", "millrace " MILLRACE_VERSION);
    for (auto& command : make_commands()) add_command(app, std::move(command), status);
}

int run_command_line(CLI::App& app, int argc, char** argv, const int& status) {
    std::vector<const char*> words(argv, argv + argc);
    // For who tries this first: "help deploy" is "deploy --help".
    if (argc > 1 && std::string_view(words[1]) == "help") {
        if (argc > 2 && !has_command(app, words[2])) {
            std::fprintf(stderr, "millrace: %s\n", explain_extra(app, words[2], false).c_str());
            return kUsageStatus;
        }
        words.erase(words.begin() + 1);
        words.push_back("--help");
    }
    try {
        app.parse(static_cast<int>(words.size()), words.data());
    } catch (const CLI::Success& asked) {  // --help, --version
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        return explain(app, error);
    }
    return status;
}

}  // namespace millrace::cli
