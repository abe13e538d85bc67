#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/form.h"
#include "http/message.h"

namespace millrace::aws {

/// Whom and what a request's signature names (Signature Version 4 and 4A; the signature itself is not
/// checked).
struct Credential {
    std::string access_key;
    std::string region;   ///< empty in 4A, which signs for any region
    std::string service;  ///< the signing name: "kinesis"
};

/// "AKID/20231114/us-east-1/kinesis/aws4_request". Nothing when it is not of that form.
[[nodiscard]] std::optional<Credential> parse_credential_scope(std::string_view scope);

/// The value of an Authorization header: "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...".
[[nodiscard]] std::optional<Credential> parse_authorization(std::string_view header);

/// From the Authorization header, else from a presigned query (X-Amz-Credential). Of Signature Version 2,
/// which has no scope, only what is S3's is known: "AWS key:signature", and URLs with AWSAccessKeyId and
/// Signature. Nothing for unsigned requests and for anything else.
[[nodiscard]] std::optional<Credential> find_credential(const http::Headers& headers,
                                                        const codec::Form& query);

/// An access key of twelve digits is an account: "000000000000" for clients that want one of their own.
[[nodiscard]] bool is_account(std::string_view access_key);

}  // namespace millrace::aws
