#include "services/cloudformation/page.h"

#include "codec/base64.h"
#include "services/cloudformation/errors.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kMark = "after:";

}  // namespace

std::string make_next_token(std::string_view last_key) {
    return codec::base64_encode(std::string(kMark).append(last_key));
}

aws::Outcome<std::string> read_next_token(std::string_view token) {
    auto text = codec::base64_decode(token);
    if (!text || !text->starts_with(kMark))
        return std::unexpected(validation_error("NextToken is not valid."));
    return text->substr(kMark.size());
}

}  // namespace millrace::cloudformation
