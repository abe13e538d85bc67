#include "services/cloudformation/ops/request_token.h"

#include <algorithm>
#include <fmt/format.h>

#include "api/cloudformation.h"
#include "aws/protocol/json.h"
#include "codec/sha256.h"

namespace millrace::cloudformation {

RequestToken make_request_token(const std::optional<std::string>& text, const aws::OperationModel& operation,
                                const void* input) {
    if (!text || text->empty()) return {};
    std::string request(operation.name);
    aws::encode_json(request, *operation.input, input);
    return {*text, codec::sha256_hex(request)};
}

aws::Outcome<bool> is_repeated(const Stack& stack, const RequestToken& token) {
    if (token.text.empty()) return false;
    const RequestToken& last = stack.header.token;
    if (last.text == token.text && last.request == token.request) return true;
    if (std::ranges::find(stack.events, token.text, &StackEvent::token) == stack.events.end()) return false;
    return std::unexpected(api::cloudformation::token_already_exists_exception(fmt::format(
        "The client request token {} has already been used for this stack. Retry the request with "
        "a different client request token",
        token.text)));
}

}  // namespace millrace::cloudformation
