#include "services/lambda/ops/invoke_checks.h"

#include <fmt/format.h>

#include "codec/base64.h"
#include "codec/json.h"
#include "services/lambda/errors.h"
#include "services/lambda/execution/invocation.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kClientContextBytesMax = 3583;

}  // namespace

aws::Outcome<std::string> check_invocation(const std::optional<std::string>& payload,
                                           const std::optional<std::string>& client_context,
                                           std::string_view invocation_type) {
    const bool event = invocation_type == "Event";
    const std::size_t limit = event ? kEventPayloadBytesMax : kPayloadBytesMax;
    if (payload && payload->size() > limit) {
        return std::unexpected(request_too_large(
            fmt::format("{} byte payload is too large for the {} invocation type (limit {} bytes)",
                        payload->size(), event ? "Event" : "RequestResponse", limit)));
    }
    if (payload && !payload->empty()) {
        if (Result<codec::Json> json = codec::parse_json(*payload); !json) {
            return std::unexpected(invalid_request_content(
                fmt::format("Could not parse request body into json: Could not parse payload into json: {}",
                            json.error().message)));
        }
    }
    if (!client_context) return std::string();
    Result<std::string> decoded = codec::base64_decode(*client_context);
    if (!decoded || client_context->size() > kClientContextBytesMax || !codec::parse_json(*decoded)) {
        return std::unexpected(
            invalid_request_content("Client context must be a valid Base64-encoded JSON object."));
    }
    // It travels on to the runtime in a header, which holds no line ends.
    return codec::to_json(*codec::parse_json(*decoded));
}

}  // namespace millrace::lambda
