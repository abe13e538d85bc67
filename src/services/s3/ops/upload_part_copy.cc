#include "services/s3/download.h"
#include "services/s3/errors.h"
#include "services/s3/intake.h"
#include "services/s3/limits.h"
#include "services/s3/ops/copy_source.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"
#include "services/s3/ops/uploads.h"
#include "services/s3/range.h"

namespace millrace::s3 {
namespace {

struct ChosenBytes {
    Extents extents;
    std::optional<std::string> source_version;
};

/// The bytes that are to become a part. EntityTooLarge for more than one request may bring: their sums are
/// made from memory.
aws::Outcome<ChosenBytes> choose_bytes(const Buckets& buckets, const aws::RequestContext& context,
                                       const api::s3::UploadPartCopyRequest& input) {
    if (input.expected_source_bucket_owner && *input.expected_source_bucket_owner != context.scope.account)
        return std::unexpected(access_denied());
    const auto source = read_copy_source(input.copy_source);
    if (!source) return std::unexpected(source.error());
    const auto version = find_source(buckets, context.scope.account, *source, source_conditions(input));
    if (!version) return std::unexpected(version.error());
    ByteRange range{0, (*version)->bytes};
    if (input.copy_source_range) {
        const auto exact = read_exact_range(*input.copy_source_range);
        if (!exact) {
            return std::unexpected(
                invalid_argument("The x-amz-copy-source-range value must be of the form bytes=first-last "
                                 "where first and last are "
                                 "the zero-based offsets of the first and last bytes to copy",
                                 "x-amz-copy-source-range", *input.copy_source_range));
        }
        range = *exact;
        if (range.from + range.bytes > (*version)->bytes) {
            return std::unexpected(
                invalid_argument("Range specified is not valid for source object of size: " +
                                     std::to_string((*version)->bytes),
                                 "x-amz-copy-source-range", *input.copy_source_range));
        }
    }
    if (range.bytes > kBodyBytesMax)
        return std::unexpected(
            error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"));
    return ChosenBytes{slice((*version)->extents, range.from, range.bytes),
                       told_version(*buckets.find(context.scope.account, source->bucket), **version)};
}

}  // namespace

// The bytes are read and written again: a part needs sums of its own, and then may as well have bytes of its
// own.
void upload_part_copy(Buckets& buckets, const aws::RequestContext& context,
                      api::s3::UploadPartCopy::Input input, aws::Reply<api::s3::UploadPartCopy> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    if (auto good = check_part_number(input.part_number); !good) return reply(std::unexpected(good.error()));
    const auto upload = find_upload(**bucket, input.key, input.upload_id);
    if (!upload) return reply(std::unexpected(upload.error()));
    auto chosen = choose_bytes(buckets, context, input);
    if (!chosen) return reply(std::unexpected(std::move(chosen.error())));

    const codec::ChecksumKind kind = (*upload)->kind;
    api::s3::UploadPartCopyOutput output;
    tell_encryption((*upload)->description, output);
    output.copy_source_version_id = std::move(chosen->source_version);
    auto put = [&buckets, name = ObjectName{context.scope.account, input.bucket, input.key}, kind,
                id = input.upload_id, number = input.part_number, output = std::move(output),
                reply = std::move(reply)](aws::Outcome<TakenIn> taken) mutable {
        if (!taken) return reply(std::unexpected(std::move(taken.error())));
        Part part{.number = number,
                  .modified = {},
                  .bytes = taken->bytes,
                  .etag = taken->etag,
                  .checksum = taken->checksum,
                  .extents = taken->extents};
        buckets.put_part(
            name, id, [part = std::move(part)](const Upload&) -> aws::Outcome<Part> { return part; },
            [&buckets, kind, extents = taken->extents, output = std::move(output),
             reply = std::move(reply)](aws::Outcome<Part> done) mutable {
                if (!done) {
                    buckets.bytes().abandon(extents);
                    return reply(std::unexpected(std::move(done.error())));
                }
                api::s3::CopyPartResult result;
                result.e_tag = quoted(done->etag);
                result.last_modified = done->modified;
                checksum_member(result, kind) = done->checksum;
                output.copy_part_result = std::move(result);
                reply(std::move(output));
            });
    };
    collect_bytes(buckets.bytes(), std::move(chosen->extents),
                  [&buckets, kind, put = std::move(put)](Result<std::string> bytes) mutable {
                      if (!bytes) return put(std::unexpected(aws::to_service_error(bytes.error())));
                      take_in(buckets,
                              {.bytes = SharedBytes(std::move(*bytes)),
                               .content_md5 = std::nullopt,
                               .claimed = std::nullopt,
                               .kind = kind},
                              std::move(put));
                  });
}

}  // namespace millrace::s3
