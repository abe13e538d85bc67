#include <fmt/format.h>

#include "services/s3/errors.h"
#include "services/s3/intake.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"
#include "services/s3/ops/uploads.h"

namespace millrace::s3 {

void upload_part(Buckets& buckets, const aws::RequestContext& context, api::s3::UploadPart::Input input,
                 aws::Reply<api::s3::UploadPart> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    if (auto good = check_part_number(input.part_number); !good) return reply(std::unexpected(good.error()));
    const auto upload = find_upload(**bucket, input.key, input.upload_id);
    if (!upload) return reply(std::unexpected(upload.error()));
    auto claimed = claimed_checksum(input);
    if (!claimed) return reply(std::unexpected(std::move(claimed.error())));

    const codec::ChecksumKind kind = (*upload)->kind;
    api::s3::UploadPartOutput output;
    tell_encryption((*upload)->description, output);
    Incoming incoming{.bytes = SharedBytes(std::move(input.body).value_or("")),
                      .content_md5 = input.content_md5,
                      .claimed = *claimed,
                      .kind = kind};
    ObjectName name{context.scope.account, input.bucket, input.key};
    take_in(buckets, std::move(incoming),
            [&buckets, name, kind, id = input.upload_id, number = input.part_number,
             output = std::move(output), reply = std::move(reply)](aws::Outcome<TakenIn> taken) mutable {
                if (!taken) return reply(std::unexpected(std::move(taken.error())));
                Part part{.number = number,
                          .modified = {},
                          .bytes = taken->bytes,
                          .etag = taken->etag,
                          .checksum = taken->checksum,
                          .extents = taken->extents};
                output.e_tag = quoted(part.etag);
                checksum_member(output, kind) = part.checksum;
                buckets.put_part(
                    name, id, [part = std::move(part)](const Upload&) -> aws::Outcome<Part> { return part; },
                    [&buckets, extents = taken->extents, output = std::move(output),
                     reply = std::move(reply)](aws::Outcome<Part> put) mutable {
                        if (!put) {
                            buckets.bytes().abandon(extents);
                            return reply(std::unexpected(std::move(put.error())));
                        }
                        reply(std::move(output));
                    });
            });
}

}  // namespace millrace::s3
