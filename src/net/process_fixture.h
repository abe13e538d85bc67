#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/loop.h"
#include "net/process.h"

namespace millrace::net {

/// For tests: one process at a time, and what it prints.
class ProcessTest : public testing::Test {
  protected:
    ProcessTest() {
        loop_.run_after(Seconds{20}, [this] {
            ADD_FAILURE() << "the test hangs";
            loop_.stop();
        });
    }

    Result<> start(std::vector<std::string> argv, ProcessOptions options = {}) {
        options.argv = std::move(argv);
        if (options.env.empty()) options.env = {"PATH=/usr/bin:/bin"};
        auto spawned =
            Process::spawn(loop_, options,
                           {.on_line =
                                [this](OutputStream stream, std::string_view line) {
                                    (stream == OutputStream::kStdout ? out_ : err_).emplace_back(line);
                                    if (on_line_) on_line_(line);
                                },
                            .on_exit =
                                [this](ProcessExit exit) {
                                    exit_ = exit;
                                    process_.reset();
                                    loop_.stop();
                                }});
        if (!spawned) return std::unexpected(spawned.error());
        process_ = std::move(*spawned);
        return {};
    }

    Result<> shell(std::string script, ProcessOptions options = {}) {
        return start({"sh", "-c", std::move(script)}, std::move(options));
    }

    Loop loop_;
    std::unique_ptr<Process> process_;
    std::function<void(std::string_view)> on_line_;
    std::vector<std::string> out_;
    std::vector<std::string> err_;
    std::optional<ProcessExit> exit_;
};

}  // namespace millrace::net
