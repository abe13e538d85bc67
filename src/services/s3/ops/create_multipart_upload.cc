#include "services/s3/errors.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

/// Which sum the upload keeps, and whether over the bytes or over the parts' sums.
aws::Outcome<void> choose_checksum(const api::s3::CreateMultipartUploadRequest& input, Upload& upload) {
    if (!input.checksum_algorithm) {
        if (input.checksum_type) {
            return std::unexpected(invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."));
        }
        return {};
    }
    const auto kind = codec::find_checksum(*input.checksum_algorithm);
    if (!kind) return std::unexpected(not_implemented_header("x-amz-checksum-algorithm"));
    upload.kind = *kind;
    upload.composite = *kind != codec::ChecksumKind::kCrc64Nvme;
    if (!input.checksum_type) return {};
    upload.composite = *input.checksum_type == "COMPOSITE";
    const bool possible = upload.composite ? *kind != codec::ChecksumKind::kCrc64Nvme : codec::is_crc(*kind);
    if (possible) return {};
    return std::unexpected(invalid_request("The " + *input.checksum_type +
                                           " checksum type cannot be used with the " +
                                           *input.checksum_algorithm + " checksum algorithm."));
}

}  // namespace

void create_multipart_upload(Buckets& buckets, const aws::RequestContext& context,
                             api::s3::CreateMultipartUpload::Input input,
                             aws::Reply<api::s3::CreateMultipartUpload> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    Upload upload;
    if (auto good = choose_checksum(input, upload); !good)
        return reply(std::unexpected(std::move(good.error())));
    auto description = read_description(input);
    if (!description) return reply(std::unexpected(std::move(description.error())));
    upload.id = buckets.make_id();
    upload.key = input.key;
    upload.initiated = context.received;
    upload.description = std::move(*description);

    api::s3::CreateMultipartUploadOutput output;
    output.bucket = input.bucket;
    output.key = input.key;
    output.upload_id = upload.id;
    tell_encryption(upload.description, output);
    if (input.checksum_algorithm) {
        output.checksum_algorithm = input.checksum_algorithm;
        output.checksum_type = upload.composite ? "COMPOSITE" : "FULL_OBJECT";
    }
    buckets.begin_upload(
        context.scope.account, input.bucket, std::move(upload),
        [output = std::move(output), reply = std::move(reply)](aws::Outcome<void> begun) mutable {
            if (!begun) return reply(std::unexpected(std::move(begun.error())));
            reply(std::move(output));
        });
}

}  // namespace millrace::s3
