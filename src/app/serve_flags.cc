#include "app/serve_flags.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/serve.h"

namespace millrace::app {
void add_serve_flags(CLI::App& command, ServeOptions& options) {
    command.add_option("--port", options.port, "the one port of all APIs; 0 takes any free one")
        ->capture_default_str();
    command.add_option("--host", options.host, "beyond loopback only with --allow-unauthenticated")
        ->capture_default_str();
    command.add_option("--data-dir", options.data_dir, "everything Millrace keeps")->capture_default_str();
    command.add_option("--account-id", options.account, "of requests whose access key is not an account")
        ->check([](const std::string& id) {
            const bool good = id.size() == 12 && id.find_first_not_of("0123456789") == std::string::npos;
            return good ? std::string{} : "an account is 12 digits";
        })
        ->capture_default_str();
    command.add_option("--region", options.region, "of requests that name none")->capture_default_str();
    command.add_option("--fsync", options.fsync, "always, interval:MILLISECONDS or never")
        ->capture_default_str();
    command.add_option("--log-level", options.log_level, "of Millrace's own lines")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
        ->capture_default_str();
    command.add_flag("--allow-reset", options.allow_reset, "POST /_millrace/reset empties everything");
    command.add_flag("--allow-unauthenticated", options.allow_unauthenticated,
                     "whoever reaches the port may do everything");
}

void add_serve(CLI::App& app, int& status) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command = app.add_subcommand("serve", "serve all APIs on one port");
    command->footer(
        "Examples:\n"
        "  millrace serve\n"
        "  millrace serve --port 4567 --data-dir /var/lib/millrace\n"
        "  millrace serve --allow-reset --fsync never      # for a test suite");
    add_serve_flags(*command, *options);
    command->callback([options, &status] { status = serve(*options); });
}

}  // namespace millrace::app
