#pragma once

#include <functional>
#include <string>

#include "app/options.h"

namespace millrace::app {

/// Runs on the loop's thread, once, when requests are answered; given "http://127.0.0.1:4566".
using OnReady = std::move_only_function<void(const std::string& endpoint)>;

/// Serves until SIGTERM or SIGINT. Returns the exit status; a refusal to start is one sentence on stderr.
int serve(const ServeOptions& options, OnReady on_ready = [](const std::string&) {});

}  // namespace millrace::app
