#include "app/serve_flags.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/fsync_option.h"
#include "app/serve.h"
#include "aws/auth/credential.h"
#include "aws/faults/fault_rule.h"
#include "cli/command_line.h"

namespace millrace::app {
namespace {

void add_place_flags(CLI::App& command, ServeOptions& options) {
    command.add_option("--port", options.port, "port for all APIs; 0: any free one")
        ->type_name("NUMBER")
        ->check(cli::check_port)
        ->capture_default_str();
    command
        .add_option("--host", options.host,
                    "address to listen on; beyond loopback only with --allow-unauthenticated")
        ->type_name("ADDRESS")
        ->capture_default_str();
    command.add_option("--data-dir", options.data_dir, "directory for all data; created if missing")
        ->type_name("DIRECTORY")
        ->check([](const std::string& path) { return path.empty() ? "the directory has no name" : ""; })
        ->capture_default_str();
    command.add_flag("--allow-unauthenticated", options.allow_unauthenticated,
                     "listen beyond loopback, where whoever reaches the port may do everything");
}

void add_default_flags(CLI::App& command, ServeOptions& options) {
    command
        .add_option("--account-id", options.account, "account of requests whose access key is not 12 digits")
        ->type_name("DIGITS")
        ->check([](const std::string& id) {
            return aws::is_account(id) ? std::string{} : "an account is 12 digits";
        })
        ->capture_default_str();
    command.add_option("--region", options.region, "region of requests that name none")
        ->type_name("REGION")
        ->check([](const std::string& region) {
            constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";
            const bool good = !region.empty() && region.find_first_not_of(kCharacters) == std::string::npos;
            return good ? std::string{} : "a region is small letters, digits and hyphens, like us-east-1";
        })
        ->capture_default_str();
}

void add_behaviour_flags(CLI::App& command, ServeOptions& options) {
    command
        .add_option(
            "--fsync", options.fsync,
            "when writes are made durable: always (before the answer), interval:MILLISECONDS, or never")
        ->type_name("MODE")
        ->check([](const std::string& text) {
            const auto mode = parse_fsync(text);
            return mode ? std::string{} : mode.error().message;
        })
        ->capture_default_str();
    command.add_option("--limits", options.limits, "rate limits: none, or aws (those of AWS for a stream)")
        ->check(CLI::IsMember({"none", "aws"}))
        ->capture_default_str();
    command.add_option("--log-level", options.log_level, "how much Millrace says of itself")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
        ->capture_default_str();
    command.add_flag("--shared-tmp", options.shared_tmp,
                     "functions have the machine's /tmp, instead of each process one of its own");
    command.add_flag("--allow-unknown-types", options.allow_unknown_types,
                     "skip what Millrace does not offer of a template, such as resources of other types, "
                     "with a warning, instead of refusing it");
}

void add_tls_flags(CLI::App& command, ServeOptions& options) {
    auto* local = command.add_flag(
        "--tls", options.tls,
        "https on the same port, with a certificate for localhost kept in the data directory");
    auto* certificate = command.add_option("--tls-cert", options.tls_cert,
                                           "https on the same port, with this certificate (PEM)");
    auto* key = command.add_option("--tls-key", options.tls_key, "the key of --tls-cert (PEM)");
    certificate->type_name("FILE")->needs(key)->excludes(local);
    key->type_name("FILE")->needs(certificate);
}

void add_test_flags(CLI::App& command, ServeOptions& options) {
    command
        .add_option("--fault", options.faults,
                    "a call that fails on purpose, see docs/faults.md; may be repeated")
        ->type_name("FAULT")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check([](const std::string& text) {
            const auto rule = aws::parse_fault_rule(text);
            return rule ? std::string{} : rule.error().message;
        });
    command
        .add_option(
            "--debug-port", options.debug_port,
            "first port for debuggers (debugpy, node --inspect), one per process; switches timeouts off")
        ->type_name("NUMBER")
        ->check(cli::check_port);
    command.add_flag("--allow-reset", options.allow_reset, "let POST /_millrace/reset empty everything");
}

}  // namespace

void add_serve_flags(CLI::App& command, ServeOptions& options) {
    add_place_flags(command, options);
    add_default_flags(command, options);
    add_behaviour_flags(command, options);
    add_tls_flags(command, options);
    add_test_flags(command, options);
}

void add_serve(CLI::App& app, int& status) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command = app.add_subcommand("serve", "serve all APIs on one port");
    command->footer(
        "Examples:\n"
        "  millrace serve\n"
        "  millrace serve --port 4567 --data-dir /var/lib/millrace\n"
        "  millrace serve --tls                            # http and https\n"
        "  millrace serve --allow-reset --fsync never      # for a test suite\n"
        "  millrace serve --fault 'kinesis:PutRecords stream=orders throttle=10% seed=7'");
    add_serve_flags(*command, *options);
    command->callback([options, &status] { status = serve(*options); });
}

}  // namespace millrace::app
