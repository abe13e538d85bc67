#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/command_line.h"
#include "http/server.h"
#include "net/loop.h"

namespace millrace::cli {

inline http::Response json(int status, std::string body) {
    return {.status = status, .headers = {}, .body = std::move(body)};
}

/// A server that answers as the test says, on a thread of its own; its region is us-east-1.
class FakeServer {
  public:
    using Answer = std::function<http::Response(const http::Request&)>;

    explicit FakeServer(Answer answer)
        : server_(
              http::Server::open(loop_, {},
                                 [answer = std::move(answer)](http::Request request, http::Respond respond) {
                                     const bool asked_for_health = request.target == "/_millrace/health";
                                     respond(asked_for_health ? json(200, R"({"region":"us-east-1"})")
                                                              : answer(request));
                                 })
                  .value()),
          thread_([this] { loop_.run(); }) {}
    ~FakeServer() {
        loop_.stop();
        thread_.join();
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  private:
    net::Loop loop_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

inline http::Response xml(const std::string& operation, const std::string& result) {
    return {.status = 200,
            .headers = {},
            .body = "<" + operation + "Response><" + operation + "Result>" + result + "</" + operation +
                    "Result></" + operation + "Response>"};
}

inline http::Response xml_error(const std::string& code, const std::string& message) {
    return {.status = 400,
            .headers = {},
            .body = "<ErrorResponse><Error><Code>" + code + "</Code><Message>" + message +
                    "</Message></Error></ErrorResponse>"};
}

/// What a command came to.
struct Ran {
    int status = 0;
    std::string out;
    std::string err;
};

/// Runs the program with these arguments.
inline Ran run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "millrace");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    CLI::App app{"", "millrace"};
    app.require_subcommand(1);
    int status = 0;
    add_commands(app, status);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Ran ran;
    ran.status = run_command_line(app, static_cast<int>(argv.size()), argv.data(), status);
    ran.out = ::testing::internal::GetCapturedStdout();
    ran.err = ::testing::internal::GetCapturedStderr();
    return ran;
}

}  // namespace millrace::cli
