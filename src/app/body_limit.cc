#include "app/body_limit.h"

#include "aws/auth/credential.h"
#include "aws/s3_host.h"
#include "codec/uri.h"
#include "http/message_parser.h"
#include "services/lambda/code/unzip.h"
#include "services/s3/limits.h"

namespace millrace::app {

namespace {

/// Of CreateFunction, UpdateFunctionCode and PublishLayerVersion.
bool may_bring_code(std::string_view path) {
    constexpr std::string_view kFunctions = "/2015-03-31/functions";
    constexpr std::string_view kLayers = "/2018-10-31/layers/";
    if (path.starts_with(kLayers)) return true;
    return path.starts_with(kFunctions) && (path.size() <= kFunctions.size() + 1 || path.ends_with("/code"));
}

}  // namespace

std::size_t body_limit(std::string_view method, std::string_view target, const http::Headers& headers) {
    const std::size_t usual = http::ParserLimits{}.body_bytes_max;
    if (may_bring_code(codec::split_target(target).path)) return lambda::kCodeRequestBytesMax;
    if (method != "PUT") return usual;
    if (aws::read_s3_host(headers.get("Host")).is_s3) return s3::kBodyBytesMax;
    const codec::Form query = codec::parse_form(codec::split_target(target).query).value_or(codec::Form{});
    const auto credential = aws::find_credential(headers, query);
    return credential && credential->service == "s3" ? s3::kBodyBytesMax : usual;
}

}  // namespace millrace::app
