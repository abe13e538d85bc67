#include "cli/template_bucket.h"

#include <fmt/format.h>

#include "codec/sha256.h"

namespace millrace::cli {
namespace {

constexpr std::string_view kBucket = "/millrace-templates";

std::unexpected<Error> failure(const ApiError& error) {
    return fail(ErrorCode::kIo, "the template cannot be kept in S3: " + error.message);
}

}  // namespace

Answer<void> TemplateBucket::make() {
    if (made_ || api_.s3("HEAD", std::string(kBucket))) return {};
    // S3 wants every region but its first to be named.
    std::string body;
    if (api_.region() != "us-east-1") {
        body = fmt::format(
            "<CreateBucketConfiguration><LocationConstraint>{}</LocationConstraint></"
            "CreateBucketConfiguration>",
            api_.region());
    }
    return api_.s3("PUT", std::string(kBucket), std::move(body));
}

Result<std::string> TemplateBucket::keep(const std::string& body) {
    if (auto there = make(); !there) return failure(there.error());
    made_ = true;
    const std::string path = fmt::format("{}/{}.template", kBucket, codec::sha256_hex(body));
    if (auto kept = api_.s3("PUT", path, body); !kept) return failure(kept.error());
    return fmt::format("http://{}:{}{}", api_.endpoint().host, api_.endpoint().port, path);
}

}  // namespace millrace::cli
