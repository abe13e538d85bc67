#include <memory>

#include "services/s3/conditions.h"
#include "services/s3/intake.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

api::s3::PutObjectOutput describe_put(const Bucket* bucket, const ObjectVersion& version) {
    api::s3::PutObjectOutput output;
    output.e_tag = quoted(version.etag);
    checksum_member(output, version.checksum.kind) = version.checksum.value;
    output.checksum_type = checksum_type(version.checksum);
    tell_encryption(version.description, output);
    if (bucket != nullptr) output.version_id = told_version(*bucket, version);
    return output;
}

}  // namespace

void put_object(Buckets& buckets, const aws::RequestContext& context, api::s3::PutObject::Input input,
                aws::Reply<api::s3::PutObject> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    auto description = read_description(input);
    if (!description) return reply(std::unexpected(std::move(description.error())));
    auto claimed = claimed_checksum(input);
    if (!claimed) return reply(std::unexpected(std::move(claimed.error())));
    const auto check = [if_match = input.if_match, if_none_match = input.if_none_match,
                        key = input.key](const ObjectVersion* newest) {
        return check_write(if_match, if_none_match, newest, key);
    };
    // Told before the bytes are written as well as when they are.
    if (auto good = check((*bucket)->newest(input.key)); !good)
        return reply(std::unexpected(std::move(good.error())));

    Incoming incoming{.bytes = SharedBytes(std::move(input.body).value_or("")),
                      .content_md5 = input.content_md5,
                      .claimed = *claimed,
                      .kind = *claimed ? (*claimed)->kind : codec::ChecksumKind::kCrc64Nvme};
    const codec::ChecksumKind kind = incoming.kind;
    ObjectName name{context.scope.account, input.bucket, input.key};
    take_in(buckets, std::move(incoming),
            [&buckets, name, kind, check, description = std::move(*description),
             reply = std::move(reply)](aws::Outcome<TakenIn> taken) mutable {
                if (!taken) return reply(std::unexpected(std::move(taken.error())));
                put_taken(
                    buckets, name, std::move(*taken), std::move(description), kind, check,
                    [&buckets, name, reply = std::move(reply)](aws::Outcome<ObjectVersion> put) mutable {
                        if (!put) return reply(std::unexpected(std::move(put.error())));
                        reply(describe_put(buckets.find(name.account, name.bucket), *put));
                    });
            });
}

}  // namespace millrace::s3
