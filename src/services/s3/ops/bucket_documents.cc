#include "services/s3/ops/bucket_documents.h"

#include "api/s3.h"
#include "aws/model/validate.h"
#include "aws/model/violations.h"
#include "aws/protocol/xml_decode.h"
#include "services/s3/errors.h"
#include "services/s3/ops/bucket_settings.h"

namespace millrace::s3 {
namespace {

template <class Op>
aws::Outcome<std::string> checked(std::string_view document) {
    typename Op::Input input{};
    const aws::Member& payload = *Op::model().input->payload;
    void* target = payload.make(&input);
    if (auto read = aws::decode_xml(document, *payload.shape, target); !read)
        return std::unexpected(std::move(read.error()));
    aws::Violations violations;
    aws::validate(*Op::model().service, *payload.shape, target, violations);
    if (!violations.empty()) return std::unexpected(violations.to_error(*Op::model().service));
    return to_document<Op>(input);
}

aws::Outcome<std::string> checked(std::string_view setting, std::string_view document) {
    if (setting == "encryption") return checked<api::s3::PutBucketEncryption>(document);
    if (setting == "lifecycle") return checked<api::s3::PutBucketLifecycleConfiguration>(document);
    if (setting == "publicAccessBlock") return checked<api::s3::PutPublicAccessBlock>(document);
    if (setting == "ownershipControls") return checked<api::s3::PutBucketOwnershipControls>(document);
    if (setting == "logging") return checked<api::s3::PutBucketLogging>(document);
    return checked<api::s3::PutBucketCors>(document);
}

}  // namespace

aws::Outcome<void> set_document(BucketRecord& record, std::string_view setting, std::string_view document) {
    auto canonical = checked(setting, document);
    if (!canonical) return std::unexpected(std::move(canonical.error()));
    record.settings[std::string(setting)] = std::move(*canonical);
    return {};
}

}  // namespace millrace::s3
