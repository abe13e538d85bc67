#include <CLI/CLI.hpp>

#include "app/doctor.h"
#include "app/serve_flags.h"
#include "app/up.h"
#include "cli/command_line.h"

int main(int argc, char** argv) {
    CLI::App app{"A Kinesis stream, through a Lambda function, into an SQS queue, on your own machine",
                 "millrace"};
    app.require_subcommand(1);
    app.footer(
        "Start with:\n"
        "  millrace up examples/kinesis-to-sqs/template.yaml\n"
        "or, in two steps:\n"
        "  millrace serve\n"
        "  millrace deploy template.yaml");
    int status = 0;
    millrace::app::add_serve(app, status);
    millrace::app::add_up(app, status);
    millrace::app::add_doctor(app, status);
    millrace::cli::add_commands(app, status);
    return millrace::cli::run_command_line(app, argc, argv, status);
}
