#include "cli/session.h"

#include <cstdlib>

#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/endpoint.h"

namespace millrace::cli {
namespace {

std::string variable(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

}  // namespace

SessionOptions default_session_options() {
    return {.endpoint_url = variable("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
            .region = variable("AWS_REGION", variable("AWS_DEFAULT_REGION", "us-east-1").c_str())};
}

int Session::fail(const std::string& message) {
    console.diagnose(message);
    return 1;
}

int Session::misused(const std::string& message) {
    console.diagnose(message);
    return kUsageStatus;
}

Result<std::unique_ptr<Session>> open_session(const SessionOptions& options) {
    auto endpoint = parse_endpoint(options.endpoint_url);
    if (!endpoint) return std::unexpected(endpoint.error());
    // Any key will do; one of twelve digits names an account.
    Credentials credentials{.access_key = variable("AWS_ACCESS_KEY_ID", "test"),
                            .secret_key = variable("AWS_SECRET_ACCESS_KEY", "test"),
                            .session_token = variable("AWS_SESSION_TOKEN", "")};
    return std::make_unique<Session>(options, std::move(*endpoint), std::move(credentials));
}

int run_in_session(Command& command, const SessionOptions& options) {
    const auto session = open_session(options);
    if (!session) {
        Console().diagnose(session.error().message);
        return kUsageStatus;
    }
    const int status = command.run(**session);
    (*session)->console.flush();
    return status;
}

}  // namespace millrace::cli
