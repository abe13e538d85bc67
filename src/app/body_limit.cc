#include "app/body_limit.h"

#include "aws/auth/credential.h"
#include "aws/s3_host.h"
#include "codec/uri.h"
#include "http/message_parser.h"
#include "services/s3/limits.h"

namespace millrace::app {

std::size_t body_limit(std::string_view method, std::string_view target, const http::Headers& headers) {
    const std::size_t usual = http::ParserLimits{}.body_bytes_max;
    if (method != "PUT") return usual;
    if (aws::read_s3_host(headers.get("Host")).is_s3) return s3::kBodyBytesMax;
    const codec::Form query = codec::parse_form(codec::split_target(target).query).value_or(codec::Form{});
    const auto credential = aws::find_credential(headers, query);
    return credential && credential->service == "s3" ? s3::kBodyBytesMax : usual;
}

}  // namespace millrace::app
