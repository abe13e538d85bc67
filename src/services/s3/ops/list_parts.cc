#include "codec/timestamp.h"
#include "services/s3/checksums.h"
#include "services/s3/names.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/listed.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"
#include "services/s3/ops/uploads.h"

namespace millrace::s3 {

void list_parts(Buckets& buckets, const aws::RequestContext& context, api::s3::ListParts::Input input,
                aws::Reply<api::s3::ListParts> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto found = find_upload(**bucket, input.key, input.upload_id);
    if (!found) return reply(std::unexpected(found.error()));
    const auto count_max = page_size(input.max_parts, "max-parts");
    if (!count_max) return reply(std::unexpected(count_max.error()));
    const Upload& upload = **found;
    const std::string user = canonical_user(context.scope.account);
    api::s3::ListPartsOutput output;
    output.bucket = input.bucket;
    output.key = input.key;
    output.upload_id = upload.id;
    output.part_number_marker = input.part_number_marker.value_or(0);
    output.next_part_number_marker = output.part_number_marker;
    output.max_parts = static_cast<std::int32_t>(*count_max);
    output.is_truncated = false;
    output.owner = owner_of<api::s3::Owner>(user);
    output.initiator = api::s3::Initiator{.id = user, .display_name = std::nullopt};
    output.storage_class = told_header(upload.description, kStorageClass).value_or(kDefaultStorageClass);
    output.checksum_algorithm = std::string(codec::checksum_title(upload.kind));
    output.checksum_type = upload.composite ? "COMPOSITE" : "FULL_OBJECT";
    output.parts.emplace();
    for (auto at = upload.parts.upper_bound(*output.part_number_marker); at != upload.parts.end(); ++at) {
        if (output.parts->size() == *count_max) {
            output.is_truncated = true;
            break;
        }
        const Part& part = at->second;
        api::s3::Part& out = output.parts->emplace_back();
        out.part_number = part.number;
        out.last_modified = codec::whole_seconds(part.modified);
        out.e_tag = quoted(part.etag);
        out.size = static_cast<std::int64_t>(part.bytes);
        checksum_member(out, upload.kind) = part.checksum;
        output.next_part_number_marker = part.number;
    }
    reply(std::move(output));
}

}  // namespace millrace::s3
