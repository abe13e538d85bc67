#include <CLI/CLI.hpp>

#include "app/serve.h"
#include "app/serve_flags.h"

int main(int argc, char** argv) {
    CLI::App app{"A Kinesis stream, through a Lambda function, into an SQS queue, on your own machine",
                 "millrace"};
    app.require_subcommand(1);
    int status = 0;
    millrace::app::add_serve(app, status);
    CLI11_PARSE(app, argc, argv);
    return status;
}
