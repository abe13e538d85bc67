// millrace_load: sends the loads of loads.json to whoever speaks AWS's APIs; README.md has examples.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "limits.h"
#include "run.h"

namespace millrace::bench {
namespace {

struct Options {
    std::string loads = MILLRACE_LOADS;
    std::string load;
    std::vector<std::string> settings;
    std::size_t connections = 0;
    std::size_t receivers = 0;
    std::string signing = "before";
    RunOptions run{.credentials = {.access_key = "test", .secret_key = "test", .session_token = {}},
                   .region = "us-east-1"};
};

int failed(const Error& error) {
    fmt::print(stderr, "millrace_load: {}\n", error.message);
    return 1;
}

Result<Load> chosen_load(const Options& options) {
    Settings settings;
    for (const std::string& setting : options.settings) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::kInvalidArgument, fmt::format("--set {}: not KEY=VALUE", setting));
        settings[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
    auto load = read_load(options.loads, options.load, settings);
    if (load && options.connections > 0) load->connections = options.connections;
    if (load && options.receivers > 0) load->receivers = options.receivers;
    return load;
}

Signing signing_of(const std::string& name) {
    return name == "none" ? Signing::kNone : name == "each" ? Signing::kEach : Signing::kBefore;
}

int list(const Options& options) {
    const auto loads = read_loads(options.loads);
    if (!loads) return failed(loads.error());
    for (const Load& load : *loads)
        fmt::print("{:<20}{:>4} connections   {}\n", load.name, load.connections, load.about);
    return 0;
}

int run(Options& options) {
    const auto load = chosen_load(options);
    if (!load) return failed(load.error());
    options.run.signing = signing_of(options.signing);
    nlohmann::json report = run(*load, options.run);
    report["load"] = load->name;
    report["connections"] = load->connections;
    report["streams"] = options.run.streams;
    report["rate"] = options.run.rate;
    report["signing"] = options.signing;
    fmt::print("{}\n", report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return report["failed"] == 0 ? 0 : 3;
}

int limits(const Options& options) {
    const auto load = chosen_load(options);
    if (!load) return failed(load.error());
    const auto report =
        limits_of(*load, options.run.place, options.run.credentials, options.run.region, options.run.seconds);
    fmt::print("{}\n", report.dump(2));
    return 0;
}

void add_choice(CLI::App& command, Options& options) {
    command.add_option("load", options.load, "a name that `list` shows")->required();
    command.add_option("--set", options.settings, "KEY=VALUE for $(KEY) in the load; repeatable");
    command.add_option("--connections", options.connections, "instead of the load's own number");
    command.add_option("--access-key", options.run.credentials.access_key)->capture_default_str();
    command.add_option("--secret-key", options.run.credentials.secret_key)->capture_default_str();
    command.add_option("--region", options.run.region)->capture_default_str();
}

}  // namespace

int main_of(int argc, char** argv) {
    Options options;
    CLI::App app("Load for servers that speak AWS's Kinesis, SQS and Lambda APIs");
    app.require_subcommand(1);
    app.add_option("--loads", options.loads, "the file that describes them")->capture_default_str();

    CLI::App* const list_command = app.add_subcommand("list", "what loads there are");
    CLI::App* const run_command =
        app.add_subcommand("run", "runs one and prints its figures as JSON; status 3: some requests failed");
    add_choice(*run_command, options);
    run_command->add_option("--host", options.run.place.host)->capture_default_str();
    run_command->add_option("--port", options.run.place.port)->required();
    run_command->add_option("--seconds", options.run.seconds, "counted")->capture_default_str();
    run_command->add_option("--warm", options.run.warm_seconds, "seconds before, not counted")
        ->capture_default_str();
    run_command->add_option("--rate", options.run.rate,
                            "requests a second, sent when due (open loop); else each on an answer");
    run_command->add_option("--http2", options.run.streams,
                            "streams a connection, HTTP/2 with prior knowledge");
    run_command->add_option("--sign", options.signing, "requests are signed before, each, or not at all")
        ->check(CLI::IsMember({"before", "each", "none"}))
        ->capture_default_str();
    run_command->add_option("--receivers", options.receivers, "of a load that awaits what it sends");
    run_command->add_flag("--lone", options.run.lone,
                          "of such a load: the next is sent when the last has arrived");
    CLI::App* const limits_command =
        app.add_subcommand("limits", "how fast its bodies are made and signed, copied, read as JSON");
    add_choice(*limits_command, options);
    limits_command->add_option("--seconds", options.run.seconds, "of each")->capture_default_str();

    CLI11_PARSE(app, argc, argv);
    if (list_command->parsed()) return list(options);
    return run_command->parsed() ? run(options) : limits(options);
}

}  // namespace millrace::bench

int main(int argc, char** argv) {
    return millrace::bench::main_of(argc, argv);
}
