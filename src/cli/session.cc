#include "cli/session.h"

#include <cstdlib>

#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/endpoint.h"

namespace millrace::cli {
namespace {

constexpr const char* kDefaultRegion = "us-east-1";

std::string variable(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

std::string region_of_server(const Endpoint& endpoint, const Credentials& credentials) {
    constexpr Milliseconds kAnswerWithin{1'000};
    const auto health =
        Api(endpoint, kDefaultRegion, credentials).millrace("health", "GET", "health", "", kAnswerWithin);
    const std::string region = health ? text_at(*health, "region") : "";
    return region.empty() ? kDefaultRegion : region;
}

}  // namespace

SessionOptions default_session_options() {
    return {.endpoint_url = variable("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
            .region = variable("AWS_REGION", variable("AWS_DEFAULT_REGION", "").c_str())};
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
    SessionOptions chosen = options;
    if (chosen.region.empty()) chosen.region = region_of_server(*endpoint, credentials);
    return std::make_unique<Session>(std::move(chosen), std::move(*endpoint), std::move(credentials));
}

int run_in_session(Command& command, const SessionOptions& options) {
    SessionOptions adjusted = options;
    command.adjust(adjusted);
    if (!command.has_region() && adjusted.region.empty()) adjusted.region = kDefaultRegion;
    const auto session = open_session(adjusted);
    if (!session) {
        Console().diagnose(session.error().message);
        return kUsageStatus;
    }
    const int status = command.run(**session);
    if (!(*session)->console.flush() && status == 0)
        return (*session)->fail("the output could not be written: is the disk full?");
    return status;
}

}  // namespace millrace::cli
