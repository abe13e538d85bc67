#include "services/s3/ops/copy_source.h"

#include "codec/uri.h"
#include "services/s3/errors.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

constexpr std::string_view kVersion = "?versionId=";

std::unexpected<aws::ServiceError> bad_source(std::string_view header) {
    return std::unexpected(
        invalid_argument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                         "x-amz-copy-source", header));
}

}  // namespace

aws::Outcome<CopySource> read_copy_source(std::string_view header) {
    std::string_view path = header;
    CopySource source;
    if (const std::size_t version = path.rfind(kVersion); version != std::string_view::npos) {
        source.version_id = std::string(path.substr(version + kVersion.size()));
        path = path.substr(0, version);
    }
    if (path.starts_with('/')) path.remove_prefix(1);
    const auto decoded = codec::percent_decode(path);
    if (!decoded) return bad_source(header);
    const std::size_t slash = decoded->find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == decoded->size()) return bad_source(header);
    source.bucket = decoded->substr(0, slash);
    source.key = decoded->substr(slash + 1);
    return source;
}

aws::Outcome<const ObjectVersion*> find_source(const Buckets& buckets, std::string_view account,
                                               const CopySource& source, const ReadConditions& conditions) {
    const Bucket* bucket = buckets.find(account, source.bucket);
    if (bucket == nullptr) return std::unexpected(no_such_bucket(source.bucket));
    auto version = find_version(*bucket, source.key, source.version_id);
    if (!version && version.error().code == "MethodNotAllowed")
        return std::unexpected(
            invalid_request("The source of a copy request may not specifically refer to a delete "
                            "marker by version id."));
    if (!version) return version;
    if (auto good = check_read(conditions, **version, true); !good)
        return std::unexpected(std::move(good.error()));
    return version;
}

}  // namespace millrace::s3
