#include "aws/auth/presigned.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "aws/auth/query_parameter.h"
#include "base/number.h"
#include "codec/timestamp.h"

namespace millrace::aws {
namespace {

ServiceError malformed(std::string message) {
    return {.code = "AuthorizationQueryParametersError", .message = std::move(message)};
}

ServiceError denied(std::string message) {
    return {.code = "AccessDenied", .message = std::move(message), .http_status = 403};
}

ServiceError expired(WallTime expires, WallTime now) {
    ServiceError error = denied("Request has expired");
    error.details = {{"Expires", codec::format_iso8601(expires)}, {"ServerTime", codec::format_iso8601(now)}};
    return error;
}

std::optional<ServiceError> refuse_version_4(const codec::Form& query, WallTime now) {
    for (const std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                                        "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"}) {
        if (find_parameter(query, name) != nullptr) continue;
        return malformed(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
            "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
    }
    const auto signed_at = codec::parse_amz_date(*find_parameter(query, "X-Amz-Date"));
    if (!signed_at)
        return malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
    const std::string& given = *find_parameter(query, "X-Amz-Expires");
    const auto seconds = parse_number<std::int64_t>(given);
    if (!seconds) return malformed("X-Amz-Expires should be a number");
    if (*seconds < 0) return malformed("X-Amz-Expires must be non-negative");
    if (Seconds{*seconds} > kPresignedMax) {
        return malformed(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
            "must be less than 604800 seconds");
    }
    if (*signed_at > now + kPresignedAheadMax) return denied("Request is not valid yet");
    const WallTime expires = *signed_at + Seconds{*seconds};
    if (now <= expires) return std::nullopt;
    ServiceError error = expired(expires, now);
    error.details["X-Amz-Expires"] = given;
    return error;
}

std::optional<ServiceError> refuse_version_2(const codec::Form& query, WallTime now) {
    const std::string* given = find_parameter(query, "Expires");
    if (given == nullptr || find_parameter(query, "Signature") == nullptr) {
        return denied(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
    }
    const auto expires = codec::parse_epoch_seconds(*given);
    if (!expires) return denied("Invalid date (should be seconds since epoch): " + *given);
    if (now <= *expires) return std::nullopt;
    return expired(*expires, now);
}

}  // namespace

std::optional<ServiceError> refuse_presigned(const codec::Form& query, WallTime now) {
    if (find_parameter(query, "X-Amz-Algorithm") != nullptr ||
        find_parameter(query, "X-Amz-Credential") != nullptr)
        return refuse_version_4(query, now);
    if (find_parameter(query, "AWSAccessKeyId") != nullptr) return refuse_version_2(query, now);
    return std::nullopt;
}

}  // namespace millrace::aws
