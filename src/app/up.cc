#include "app/up.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>
#include <utility>

#include "app/serve.h"
#include "app/serve_flags.h"
#include "cli/command_line.h"
#include "cli/deployment.h"
#include "cli/session.h"
#include "files/change_watch.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::app {
namespace {

struct UpOptions {
    ServeOptions serve;
    cli::DeployRequest request;
    std::vector<std::string> parameters;
    bool watch = false;
};

/// Deploys from a thread of its own, as a client of the server that runs on the main thread: once, and with a
/// watch again after every change of the template, of one nested in it, or of what a layer is made of.
/// Function folders need no deployment: they are run in place.
class Deployer {
  public:
    Deployer(const UpOptions& options, std::unique_ptr<files::ChangeWatch> watch)
        : options_(options), watch_(std::move(watch)) {}
    ~Deployer() {
        if (watch_) watch_->stop();
        if (thread_.joinable()) thread_.join();
    }
    Deployer(const Deployer&) = delete;
    Deployer& operator=(const Deployer&) = delete;

    void start(const std::string& endpoint, StopServer stop) {
        thread_ = std::thread([this, endpoint, stop = std::move(stop)] { run(endpoint, stop); });
    }

  private:
    void run(const std::string& endpoint, const StopServer& stop) {
        cli::SessionOptions session_options = cli::default_session_options();
        session_options.endpoint_url = endpoint;
        session_options.region = options_.serve.region;
        auto session = cli::open_session(session_options);
        if (!session) {
            std::fprintf(stderr, "millrace: %s\n", session.error().message.c_str());
            return stop(1);
        }
        // Lines on stdout are JSON for programs.
        if (!(*session)->console.terminal()) (*session)->console = cli::Console(stderr);
        const int status = cli::deploy(**session, options_.request);
        (*session)->console.flush();
        if (!watch_) {
            if (status != 0) stop(status);
            return;
        }
        while (watch_->wait()) {
            cli::deploy(**session, options_.request);
            (*session)->console.flush();
        }
    }

    const UpOptions& options_;
    std::unique_ptr<files::ChangeWatch> watch_;
    std::thread thread_;
};

int refuse(const Error& error) {
    std::fprintf(stderr, "millrace: %s\n", error.message.c_str());
    return 1;
}

bool lies_in(const std::string& path, const std::string& directory) {
    std::error_code ignored;
    const auto inner = std::filesystem::weakly_canonical(std::filesystem::absolute(path), ignored);
    const auto outer = std::filesystem::weakly_canonical(std::filesystem::absolute(directory), ignored);
    return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

void follow(files::ChangeWatch& watch, const std::string& path, const std::string& data_dir) {
    const auto not_followed = [&](const std::string& reason) {
        std::fprintf(stderr, "millrace: changes of %s are not noticed: %s\n", path.c_str(), reason.c_str());
    };
    // Each deployment changes it.
    if (lies_in(data_dir, path)) return not_followed("the data directory lies in it");
    if (auto followed = watch.follow(path); !followed) not_followed(followed.error().message);
}

int up(UpOptions& options) {
    files::PosixFileSystem files;
    if (auto set = options.request.set_parameters(options.parameters); !set) {
        refuse(set.error());
        return cli::kUsageStatus;
    }
    // Before a data directory is made for a template that is not there.
    if (auto read = files::read_file(files, options.request.template_path); !read)
        return refuse(read.error());
    std::unique_ptr<files::ChangeWatch> watch;
    if (options.watch) {
        auto opened = files::ChangeWatch::open();
        if (!opened) return refuse(opened.error());
        watch = std::move(*opened);
        if (auto followed = watch->follow(options.request.template_path); !followed)
            return refuse(followed.error());
        options.request.reads = [&watch = *watch, data_dir = options.serve.data_dir](
                                    const std::string& path) { follow(watch, path, data_dir); };
    }
    options.request.shares_terminal = true;  // with what functions print
    if (options.request.stack_name.empty()) {
        options.request.stack_name = cli::default_stack_name(options.request.template_path);
    }
    Deployer deployer{options, std::move(watch)};
    return serve(options.serve, [&](const std::string& endpoint, StopServer stop) {
        deployer.start(endpoint, std::move(stop));
    });
}

}  // namespace

void add_up(CLI::App& app, int& status) {
    auto options = std::make_shared<UpOptions>();
    options->serve.region = cli::default_session_options().region;  // of the stack as well
    CLI::App* command = app.add_subcommand("up", "serve, deploy a template as a stack, follow the logs");
    command->add_option("TEMPLATE", options->request.template_path, "a CloudFormation template, YAML or JSON")
        ->required();
    command
        ->add_option("--stack-name", options->request.stack_name, "the stack; else the template's file name")
        ->type_name("NAME");
    command->add_option("--parameter", options->parameters, "a parameter of the template; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_flag("--watch", options->watch,
                      "deploy again when the template, one nested in it, or a layer's content changes");
    add_serve_flags(*command, options->serve);
    command->footer(
        "Examples:\n"
        "  millrace up template.yaml\n"
        "  millrace up template.yaml --stack-name shop --parameter Stage=test --watch");
    command->callback([options, &status] { status = up(*options); });
}

}  // namespace millrace::app
