#include <algorithm>

#include "services/s3/checksums.h"
#include "services/s3/errors.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void get_object_attributes(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::GetObjectAttributes::Input input,
                           aws::Reply<api::s3::GetObjectAttributes> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto found = find_version(**bucket, input.key, input.version_id);
    if (!found) return reply(std::unexpected(found.error()));
    if (input.object_attributes.empty()) {
        return reply(
            std::unexpected(invalid_request("The x-amz-object-attributes header specifying the attributes "
                                            "to be retrieved is either missing or empty")));
    }
    const ObjectVersion& version = **found;
    const auto wants = [&](std::string_view name) {
        return std::ranges::find(input.object_attributes, name) != input.object_attributes.end();
    };
    api::s3::GetObjectAttributesOutput output;
    output.last_modified = version.modified;
    output.version_id = told_version(**bucket, version);
    if (wants("ETag")) output.e_tag = version.etag;
    if (wants("ObjectSize")) output.object_size = static_cast<std::int64_t>(version.bytes);
    if (wants("StorageClass"))
        output.storage_class = told_header(version.description, kStorageClass).value_or(kDefaultStorageClass);
    if (wants("Checksum")) {
        output.checksum.emplace();
        checksum_member(*output.checksum, version.checksum.kind) = version.checksum.value;
        output.checksum->checksum_type = checksum_type(version.checksum);
    }
    // The parts themselves are not kept; how many there were is.
    if (wants("ObjectParts") && !version.part_bytes.empty()) {
        output.object_parts.emplace();
        output.object_parts->total_parts_count = static_cast<std::int32_t>(version.part_bytes.size());
    }
    reply(std::move(output));
}

}  // namespace millrace::s3
