#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "services/lambda/code/code_store.h"
#include "services/lambda/execution/failure.h"
#include "services/lambda/execution/interpreters.h"
#include "services/lambda/execution/sandbox_host.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// True for the runtimes that Millrace runs: provided*, python3.*, nodejs*.
[[nodiscard]] bool is_offered_runtime(std::string_view runtime);

struct LaunchSettings {
    std::string runtime_directory;  ///< absolute; our bootstraps are below it
    std::string endpoint_url;       ///< "http://127.0.0.1:4566": where SDKs inside functions find Millrace
    std::string search_path;        ///< PATH of the functions
    bool private_tmp = false;       ///< each process has a /tmp of its own, instead of the machine's
};

/// What one process differs in from others of its function.
struct Launch {
    const PreparedCode& code;
    const std::string& log_stream;
    bool provisioned = false;
    std::uint16_t debug_port = 0;  ///< for a debugger to connect to; 0: none
};

/// Command and environment of a process for the function, as on AWS, without AWS_LAMBDA_RUNTIME_API. What
/// AWS has below /opt, the layers, is found where they were unpacked. Its /tmp: see plan_tmp(). Fails with
/// Runtime.InvalidEntrypoint when neither package nor layers have the bootstrap that the runtime needs.
[[nodiscard]] std::expected<ProcessSpec, RuntimeFailure> plan_launch(const Function& function,
                                                                     const Launch& launch,
                                                                     const Interpreter& interpreter,
                                                                     const LaunchSettings& settings);

}  // namespace millrace::lambda
