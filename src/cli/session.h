#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "cli/api.h"
#include "cli/console.h"

namespace millrace::cli {

class Command;

struct SessionOptions {
    std::string endpoint_url;
    std::string region;  ///< empty: the server's
    bool json = false;
};

/// From the environment as AWS's tools read it: AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION.
[[nodiscard]] SessionOptions default_session_options();

/// What a command works with.
struct Session {
    Session(SessionOptions chosen, Endpoint endpoint, Credentials credentials)
        : options(std::move(chosen)), api(std::move(endpoint), options.region, std::move(credentials)) {}

    const SessionOptions options;
    Api api;
    Console console;

    /// "millrace: <message>" on stderr; returns the exit status 1.
    int fail(const std::string& message);
    int fail(const ApiError& error) { return fail(error.message); }
    int fail(const Error& error) { return fail(error.message); }
    /// The same for what was asked wrongly; returns kUsageStatus.
    int misused(const std::string& message);
};

/// With the credentials of the environment; a region that nobody named is the server's, or us-east-1 when it
/// does not answer. The error says what is wrong with the endpoint.
[[nodiscard]] Result<std::unique_ptr<Session>> open_session(const SessionOptions& options);

/// Runs the command against the server that the options name. Returns the exit status.
int run_in_session(Command& command, const SessionOptions& options);

}  // namespace millrace::cli
