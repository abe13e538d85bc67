#pragma once

#include <functional>
#include <string>

#include "app/options.h"

namespace millrace::app {

/// Ends the server, which then returns this status. From any thread; without effect when it has ended.
using StopServer = std::function<void(int status)>;

/// Runs on the loop's thread, once, when requests are answered; given "http://127.0.0.1:4566".
using OnReady = std::move_only_function<void(const std::string& endpoint, StopServer stop)>;

/// Serves until SIGTERM or SIGINT. Returns the exit status; a refusal to start is one sentence on stderr.
int serve(const ServeOptions& options, OnReady on_ready = [](const std::string&, const StopServer&) {});

}  // namespace millrace::app
