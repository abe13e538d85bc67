#include "services/s3/errors.h"

#include <algorithm>
#include <utility>

namespace millrace::s3 {
namespace {

/// "null", or what S3 and we make: 32 characters, of which others than these are never one.
bool could_be_version(std::string_view id) {
    constexpr std::size_t kVersionIdChars = 32;
    const bool made = id.size() == kVersionIdChars && std::ranges::all_of(id, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 c == '-' || c == '_' || c == '.';
                      });
    return made || id == "null";
}

}  // namespace

aws::ServiceError error(std::string code, std::string message, int http_status) {
    return {.code = std::move(code), .message = std::move(message), .http_status = http_status};
}

aws::ServiceError no_such_bucket(std::string_view bucket) {
    auto told = error("NoSuchBucket", "The specified bucket does not exist", 404);
    told.details = {{"BucketName", std::string(bucket)}};
    return told;
}

aws::ServiceError no_such_key(std::string_view key) {
    auto told = error("NoSuchKey", "The specified key does not exist.", 404);
    told.details = {{"Key", std::string(key)}};
    return told;
}

aws::ServiceError no_such_version(std::string_view key, std::string_view version_id) {
    if (!could_be_version(version_id))
        return invalid_argument("Invalid version id specified", "versionId", version_id);
    auto told = error("NoSuchVersion", "The specified version does not exist.", 404);
    told.details = {{"Key", std::string(key)}, {"VersionId", std::string(version_id)}};
    return told;
}

aws::ServiceError no_such_upload(std::string_view upload_id) {
    auto told =
        error("NoSuchUpload",
              "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
              "been aborted or completed.",
              404);
    told.details = {{"UploadId", std::string(upload_id)}};
    return told;
}

aws::ServiceError invalid_argument(std::string message, std::string_view name, std::string_view value) {
    auto told = error("InvalidArgument", std::move(message));
    told.details = {{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}};
    return told;
}

aws::ServiceError invalid_request(std::string message) {
    return error("InvalidRequest", std::move(message));
}

aws::ServiceError malformed_xml() {
    return error("MalformedXML",
                 "The XML you provided was not well-formed or did not validate against our published schema");
}

aws::ServiceError precondition_failed(std::string_view condition) {
    auto told =
        error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
    told.details = {{"Condition", std::string(condition)}};
    return told;
}

aws::ServiceError not_modified() {
    return error("NotModified", "Not Modified", 304);
}

aws::ServiceError not_implemented_header(std::string_view header) {
    auto told =
        error("NotImplemented", "A header you provided implies functionality that is not implemented", 501);
    told.details = {{"Header", std::string(header)}};
    return told;
}

aws::ServiceError access_denied() {
    return error("AccessDenied", "Access Denied", 403);
}

}  // namespace millrace::s3
